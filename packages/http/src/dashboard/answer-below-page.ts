import { ENDPOINTS } from '../contract.js';
import type { Exchange } from '../exchange.js';
import { Problem } from '../problem.js';
import type { Reply } from '../reply.js';
import { refuseLargeBody } from '../request-body.js';
import { match } from '../router.js';

/** What is below this path belongs to the page, and to no task: an id has a digit in it. */
export const BELOW_PAGE = `${ENDPOINTS.ui.path}/`;

/** Answers a request of a path that begins with {@link BELOW_PAGE}: one of the page's files, and nothing else. */
export async function answerBelowPage(
  exchange: Exchange,
  path: string,
  query: string,
): Promise<Reply> {
  const { dashboard, req } = exchange;
  const answer = dashboard?.below(path.slice(BELOW_PAGE.length));
  // The files have the methods of the page.
  const page = match(ENDPOINTS.ui.path);
  if (!answer || page === null) throw new Problem('PATH_NOT_FOUND');
  exchange.endpoint = ENDPOINTS.ui;
  const headers = { Allow: page.allow };
  if (req.method === 'OPTIONS') return { status: 204, headers };
  if (!page.endpoints.has(req.method ?? '')) throw new Problem('METHOD_NOT_ALLOWED', { headers });
  refuseLargeBody(req);
  return answer(req, query);
}
