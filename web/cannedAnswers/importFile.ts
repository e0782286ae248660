/** Sends a file of canned answers to the desk. */
import { cannedAnswerEndpoints } from '../../shared/cannedAnswersApi.ts';
import type { CannedImportAnswer } from '../../shared/schemas/cannedAnswer.ts';
import { checkAnswer, refusal, urlOf } from '../desk/call.ts';
import { ApiError } from '../ui/apiError.ts';

const endpoint = cannedAnswerEndpoints.importCannedAnswers;

export async function importFile(file: File, whose: 'shared' | 'own'): Promise<CannedImportAnswer> {
  const body = new FormData();
  body.append('file', file, file.name);
  let response: Response;
  try {
    response = await fetch(urlOf(endpoint.path, {}, { whose }), { method: endpoint.method, body });
  } catch (cause) {
    throw new ApiError('unreachable', 'the file did not reach the desk', { cause });
  }
  const json: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, json);
  return checkAnswer(endpoint, json);
}
