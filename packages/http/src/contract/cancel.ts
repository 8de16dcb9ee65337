import { object, type Schema, text } from './schema.js';

/** What `POST /{task_id}/cancel` may say. */
export interface WireCancelRequest {
  /** Why, for people. */
  readonly reason?: string;
  /** Who asks. */
  readonly requested_by?: string;
}

export const CANCEL_REQUEST: Schema<WireCancelRequest> = object<WireCancelRequest>(
  'CancelRequest',
  'Both are for people.',
  { reason: text('Why.'), requested_by: text('Who asks.') },
  ['reason', 'requested_by'],
);
