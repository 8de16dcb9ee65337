import { describe, expect, it } from '@jest/globals';
import { dashboard } from './index.js';

describe('dashboard', () => {
  it('has a page and one for who is refused, each a whole document', () => {
    for (const html of [dashboard.page, dashboard.refusal]) {
      expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(html).toContain('<meta name="viewport" content="width=device-width');
      expect(html).toContain('<meta name="color-scheme" content="light dark"');
      expect(html).toMatch(/<title>[^<]*Task Monitor<\/title>/);
    }
    expect(dashboard.page).toMatch(/<div id="app"><\/div>\s*<noscript>/);
  });

  it('names no other origin in what its files load', () => {
    const { 'app.css': css, 'icon.svg': icon } = dashboard.assets;
    expect(css?.body).not.toMatch(/@import|url\((?!["']?data:)/);
    expect(icon?.body.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|<script|href/,
    );
  });
});
