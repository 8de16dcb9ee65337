import type { ServerResponse } from 'node:http';

/**
 * Calls `listener` once nobody is there any more to be answered: the client has gone, or somebody else has answered; at
 * once if that is so already. Returns how to call that off.
 */
export function onClientEnd(res: ServerResponse, listener: () => void): () => void {
  const { req } = res;
  if (res.destroyed || res.writableEnded || req.socket.destroyed) {
    listener();
    return () => {};
  }
  // An answer that waits for an earlier one on its connection hears nothing of that; its request does.
  const ofRequest = (): void => {
    if (req.socket.destroyed) listener();
  };
  res.once('close', listener);
  req.once('close', ofRequest);
  return () => {
    res.off('close', listener);
    req.off('close', ofRequest);
  };
}
