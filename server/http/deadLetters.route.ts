/** Events that could not be stored, for administrators. Reading one shows a client's text, so it is registered (N17). */
import type { Register } from '../accessRegister/register.ts';
import {
  dropDeadLetter,
  type LetterActionDeps,
  listDeadLetters,
  readDeadLetter,
  retryDeadLetter,
  toDeadLetterView,
} from '../deadLetters/letterActions.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export interface DeadLetterRouteDeps extends LetterActionDeps {
  register: Register;
}

export function deadLetterRoutes({ handle }: EndpointRouter, deps: DeadLetterRouteDeps): void {
  handle('listDeadLetters', ({ query }) => listDeadLetters(deps, query.cursor));
  handle('readDeadLetter', async ({ params, person }) => {
    const found = await readDeadLetter(deps, params.letterId);
    if (!found) throw notFound();
    deps.register.recordRowViews(person, 'deadLetters', [params.letterId]);
    return { raw: found.raw };
  });
  handle('retryDeadLetter', async ({ params, person }) => {
    const retried = await retryDeadLetter(deps, params.letterId, person);
    switch (retried.kind) {
      case 'notFound':
        throw notFound();
      case 'notWhole':
        throw new DeskError('conflict', { message: 'Only a part of this event was kept' });
      case 'stored':
        return { letter: null };
      case 'stillFails':
        return { letter: toDeadLetterView(retried.letter) };
    }
  });
  handle('dropDeadLetter', async ({ params, person }) => {
    if (!(await dropDeadLetter(deps, params.letterId, person))) throw notFound();
    return { ok: true };
  });
}

function notFound(): DeskError {
  return new DeskError('notFound', { message: 'There is no such event any more' });
}
