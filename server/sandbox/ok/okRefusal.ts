/** An error in OK's own shape. */
import type { OkError } from './protocol.ts';

export class OkRefusal extends Error {
  readonly body: OkError;

  constructor(code: number, message: string, field?: string) {
    super(message);
    this.body = {
      error_code: code,
      error_msg: message,
      error_data: null,
      ...(field ? { error_field: field } : {}),
    };
  }
}
