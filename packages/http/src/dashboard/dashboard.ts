/** A file that the page loads. */
export interface DashboardAsset {
  readonly contentType: string;
  readonly body: string;
}

/** A web page of the API. `@task-monitor/dashboard` exports one. */
export interface Dashboard {
  /** The page, as HTML. It is at `…/ui`, and its URLs are relative to that: `ui/app.js`. */
  readonly page: string;
  /** The page for a browser that `authorize` refuses, as HTML with such URLs. */
  readonly refusal: string;
  /** What is below `…/ui/`, by name. It is the same for everyone, so `authorize` is not asked for it. */
  readonly assets: Readonly<Record<string, DashboardAsset>>;
}

/** Says what was expected, where `value` is no dashboard. */
export function aDashboard(value: unknown): string | null {
  const { page, refusal, assets } = Object(value) as Partial<Record<keyof Dashboard, unknown>>;
  return isText(page) && isText(refusal) && areAssets(assets)
    ? null
    : 'what `@task-monitor/dashboard` exports as `dashboard`';
}

function areAssets(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([name, asset]) => {
    const { contentType, body } = Object(asset) as Partial<Record<keyof DashboardAsset, unknown>>;
    return NAME.test(name) && isText(contentType) && TYPE.test(contentType) && isText(body);
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** One segment of a path, as it is sent. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/i;
const TYPE = /^[\x20-\x7e]+$/;
