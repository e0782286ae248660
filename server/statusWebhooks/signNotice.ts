/** The signature of what is posted: HMAC-SHA256 over the time and the body, so that neither an old post nor a changed one passes. */
import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'Notify-Inbox-Signature';

/** `t=<seconds>,v1=<hex>` over `<seconds>.<body>`, keyed with the secret as it was shown. */
export function signatureOf(secret: string, atMs: number, body: string): string {
  const atS = Math.floor(atMs / 1000);
  return `t=${atS},v1=${createHmac('sha256', secret).update(`${atS}.${body}`).digest('hex')}`;
}
