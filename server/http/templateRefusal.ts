/** Turns the problems of a template or an image into a refusal for the caller. */
import { problemMessages, type ToldProblem } from '../../shared/templates/messages.ts';
import { DeskError } from './errors.ts';

/** Names the field of the first problem and the messages of all. */
export function problemsRefusal(
  code: 'templateHasProblems' | 'imageRefused',
  problems: (ToldProblem & { field?: string })[],
): DeskError {
  const field = code === 'imageRefused' ? 'file' : problems[0]?.field;
  return new DeskError(code, {
    message: problems.map((problem) => problemMessages(problem, 'en')).join('; '),
    ...(field !== undefined && { field }),
    problems,
  });
}
