/** What stands where a secret was. */
export const CENSOR = '[Redacted]';

/** What stands where a text was that a rule of the user's own could not be applied to. */
export const FAILED_CENSOR = '[RedactionFailed]';
