/** What rules say against a template or an image, as a refusal that a caller is told. */
import { problemMessages, type ToldProblem } from '../../shared/templates/messages.ts';
import { DeskError } from './errors.ts';

/** The first problem's field, all problems' words. */
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
