/** Signs notices: HMAC-SHA256 over the time and the body, so that receivers can refuse old and changed posts. */
import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'Notify-Inbox-Signature';

/** `t=<seconds>,v1=<hex>` over `<seconds>.<body>`, keyed with the secret as the administrator saw it. */
export function signatureOf(secret: string, atMs: number, body: string): string {
  const atS = Math.floor(atMs / 1000);
  return `t=${atS},v1=${createHmac('sha256', secret).update(`${atS}.${body}`).digest('hex')}`;
}
