import type { ErrorRequestHandler, Response } from 'express';

/** One mistake in a request: where, and how to mend it. */
export interface RequestMistake {
  /** `videos[1]` in a body, `k` in a query. */
  readonly parameter: string;
  readonly detail: string;
}

/** A request that cannot be served as it is; answered as 400 with every mistake found. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly mistakes: readonly RequestMistake[];

  constructor(mistakes: readonly RequestMistake[]) {
    super(mistakes.map(({ parameter, detail }) => `${parameter}: ${detail}`).join(' '));
    this.mistakes = mistakes;
  }
}

/** Answers with RFC 9457 problem details. */
export function sendProblem(
  res: Response,
  status: number,
  title: string,
  detail: string,
  errors?: readonly RequestMistake[],
): void {
  res
    .status(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({ type: 'about:blank', title, status, detail, ...(errors && { errors }) }),
    );
}

/** Turns whatever a route threw into an answer; nothing of the inside of a failure is told. */
export function problemHandler(log: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error);
    if (error instanceof BadRequest)
      return sendProblem(res, 400, 'Bad Request', error.message, error.mistakes);
    // Errors of express.json carry the status that fits and a `type`.
    const { status, type } = error as { status?: unknown; type?: unknown };
    if (status === 413)
      return sendProblem(res, 413, 'Content Too Large', 'The body is larger than 100 KB.');
    if (status === 415)
      return sendProblem(
        res,
        415,
        'Unsupported Media Type',
        'The body’s encoding is not known here.',
      );
    if (status === 400) {
      const detail = type === 'entity.parse.failed' ? 'is not valid JSON' : 'could not be read';
      return sendProblem(res, 400, 'Bad Request', `The body ${detail}.`, [
        { parameter: 'body', detail },
      ]);
    }
    log(error);
    sendProblem(res, 500, 'Internal Server Error', 'Something went wrong here; it was logged.');
  };
}
