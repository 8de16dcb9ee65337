import type { Dashboard } from '@task-monitor/http';
import { files } from '../generated/files.js';

/**
 * The web page. A router that is given it serves it at `/ui`: `taskRouter(monitor, { dashboard })`. It is a part of the
 * code, so that it goes along when a back end is bundled.
 */
export const dashboard: Dashboard = {
  page: files['index.html'],
  refusal: files['refused.html'],
  assets: {
    'app.js': { contentType: 'text/javascript; charset=utf-8', body: files['app.js'] },
    'app.css': { contentType: 'text/css; charset=utf-8', body: files['app.css'] },
    'icon.svg': { contentType: 'image/svg+xml', body: files['icon.svg'] },
  },
};

export type { Dashboard, DashboardAsset } from '@task-monitor/http';
