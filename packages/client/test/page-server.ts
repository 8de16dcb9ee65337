import type { TaskMonitor } from '@task-monitor/core';
import express from 'express';
import { appOf } from './task-server.js';

const PAGE = `<!doctype html>
<title>Tasks</title>
<pre id="task"></pre><pre id="all"></pre><pre id="stats"></pre><pre id="states"></pre><div id="root"></div>
<script type="module" src="/page.js"></script>`;

/** The router, and a page beside it whose script this is. */
export function appWithPage(monitor: TaskMonitor, script: string): express.Express {
  return express()
    .get('/', (_req, res) => void res.type('html').send(PAGE))
    .get('/page.js', (_req, res) => void res.type('js').send(script))
    .use(appOf(monitor));
}
