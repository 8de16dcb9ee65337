import { request, type RequestListener } from 'node:http';

/** Passes what comes below `from` on to `port`, below `to`. */
export function rewritingProxy(from: string, port: number, to: string): RequestListener {
  return (req, res) => {
    const path = to + (req.url ?? '').slice(from.length);
    const { method = 'GET', headers } = req;
    const passedOn = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    passedOn.once('error', () => res.destroy());
    req.pipe(passedOn);
  };
}
