/** The last check of an answer before it is sent: it contains only what its contract names. */
import type { z } from 'zod';
import type { Logger } from '../observability/logger.ts';

export interface ShapeDeps {
  logger: Logger;
  /** True in tests and development: an answer that breaks its schema fails rather than being logged. */
  isAnswerStrict?: boolean;
}

/** Strips fields that the schema does not name, so that a document's other fields cannot leak. */
export function shapeAnswer(
  { logger, isAnswerStrict }: ShapeDeps,
  endpoint: { name: string; schema: z.ZodType },
  answer: unknown,
  refusal: () => Error,
): unknown {
  const { name, schema } = endpoint;
  const shaped = schema.safeParse(answer);
  if (shaped.success) return shaped.data;
  const problems = shaped.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  // The log leaves out the messages of errors.
  logger.error({ endpoint: name, problems }, 'Answer breaks its schema');
  if (isAnswerStrict) throw new Error(`The answer of ${name} breaks its schema: ${problems.join('; ')}`);
  // An answer that does not match the schema cannot be stripped either, so it is not sent.
  throw refusal();
}
