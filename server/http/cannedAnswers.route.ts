/**
 * Canned answers over HTTP. Everybody keeps their own; changes of the shared ones have lines in the audit, and reach all
 * open tabs. A person's own ones are their notes to themselves: no audit, and only their tabs hear of a change.
 */
import { rm } from 'node:fs/promises';
import multer from 'multer';
import type { Change } from '../../shared/events.ts';
import { limits } from '../../shared/limits.ts';
import { cleanFileName } from '../../shared/names.ts';
import type { DetailsOf } from '../audit/audit.ts';
import { can, cannedAnswersKeptBy, cannedAnswersOf } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import { readList } from '../campaigns/readList.ts';
import type { CannedAnswer } from '../cannedAnswers/cannedAnswer.model.ts';
import {
  addCannedAnswer,
  type CannedAnswerDeps,
  type CannedOutcome,
  changeCannedAnswer,
  deleteCannedAnswer,
  findCannedAnswer,
  listCannedAnswers,
  renameFolder,
  toCannedAnswerView,
} from '../cannedAnswers/cannedAnswers.ts';
import { importCannedAnswers } from '../cannedAnswers/importCanned.ts';
import type { AuditedChange } from './auditedChange.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export interface CannedAnswerRouteDeps extends CannedAnswerDeps {
  auditedChange: AuditedChange;
  publish(change: Change): void;
  temporaryDir: string;
}

type CannedAction =
  | 'cannedAnswer.added'
  | 'cannedAnswer.changed'
  | 'cannedAnswer.deleted'
  | 'cannedAnswer.folderRenamed'
  | 'cannedAnswer.imported';

export function cannedAnswerRoutes({ handle }: EndpointRouter, deps: CannedAnswerRouteDeps): void {
  const receive = multer({
    dest: deps.temporaryDir,
    defParamCharset: 'utf8',
    limits: { files: 1, fields: 0, fileSize: limits.cannedFileBytes },
  }).single('file');

  handle('listCannedAnswers', async ({ person }) => ({
    answers: (await listCannedAnswers(deps, cannedAnswersOf(person))).map(toCannedAnswerView),
  }));

  handle('addCannedAnswer', ({ body, person }) => {
    const ownerId = ownerFor(person, body.isShared);
    const subject = { id: deps.companyId.toHexString(), name: body.name };
    return audited(person, ownerId, 'cannedAnswer.added', subject, async (write) => {
      const { answer } = written(await addCannedAnswer(deps, ownerId, body));
      await write(subjectOf(answer), { folder: answer.folder });
      return toCannedAnswerView(answer);
    });
  });

  handle('changeCannedAnswer', async ({ params, body, person }) => {
    const kept = cannedAnswersKeptBy(person);
    const held = await findCannedAnswer(deps, kept, params.cannedAnswerId);
    if (!held) throw notFound();
    const wasShared = held.ownerId === null;
    const isShared = wasShared || body.isShared;
    const ownerId = ownerFor(person, isShared);
    const change = async () =>
      written(await changeCannedAnswer(deps, kept, params.cannedAnswerId, { ...body, isShared }));
    if (isShared && !wasShared)
      return audited(person, ownerId, 'cannedAnswer.added', subjectOf(held), async (write) => {
        const { answer } = await change();
        await write(subjectOf(answer), { folder: answer.folder });
        return toCannedAnswerView(answer);
      });
    return audited(person, ownerId, 'cannedAnswer.changed', subjectOf(held), async (write) => {
      const { answer, before } = await change();
      await write(subjectOf(answer), differences(before ?? held, answer));
      return toCannedAnswerView(answer);
    });
  });

  handle('deleteCannedAnswer', async ({ params, person }) => {
    const kept = cannedAnswersKeptBy(person);
    const held = await findCannedAnswer(deps, kept, params.cannedAnswerId);
    if (!held) throw notFound();
    const ownerId = held.ownerId === null ? null : person.id;
    return audited(person, ownerId, 'cannedAnswer.deleted', subjectOf(held), async (write) => {
      if (!(await deleteCannedAnswer(deps, kept, params.cannedAnswerId))) throw notFound();
      await write(subjectOf(held), { folder: held.folder });
      return {};
    });
  });

  handle('renameCannedFolder', ({ body: { isShared, from, to }, person }) => {
    const ownerId = ownerFor(person, isShared);
    const subject = { id: deps.companyId.toHexString(), name: from };
    return audited(person, ownerId, 'cannedAnswer.folderRenamed', subject, async (write) => {
      const answers = await renameFolder(deps, ownerId, from, to);
      if (answers === 0) throw notFound();
      await write(subject, { folder: to, answers });
      return { answers };
    });
  });

  handle(
    'importCannedAnswers',
    async ({ req, query, person }) => {
      const { file } = req;
      if (!file) throw oneFile();
      try {
        const ownerId = ownerFor(person, query.whose === 'shared');
        const name = cleanFileName(file.originalname) || 'list';
        const subject = { id: deps.companyId.toHexString(), name };
        return await audited(person, ownerId, 'cannedAnswer.imported', subject, async (write) => {
          const imported = await importCannedAnswers(deps, ownerId, readList(file.path));
          if (imported.kind === 'refused')
            throw new DeskError(imported.code, { message: 'The file was not accepted', field: 'file' });
          const { result } = imported;
          if (result.problemCount === 0)
            await write(subject, { added: result.added, replaced: result.replaced });
          return result;
        });
      } finally {
        await rm(file.path, { force: true });
      }
    },
    (req, res, next) =>
      receive(req, res, (error: unknown) => {
        if (!(error instanceof multer.MulterError)) return next(error);
        next(
          error.code === 'LIMIT_FILE_SIZE' ? new DeskError('bodyTooLarge', { cause: error }) : oneFile(error),
        );
      }),
  );

  /** Writes the audit of a change of shared answers, and tells the tabs that use what was changed. */
  async function audited<Action extends CannedAction, T>(
    person: SignedInPerson,
    ownerId: string | null,
    action: Action,
    subject: { id: string; name: string },
    change: (
      write: (subject: { id: string; name: string }, details: DetailsOf<Action>) => Promise<void>,
    ) => Promise<T>,
  ): Promise<T> {
    const changed = { type: 'cannedAnswers.changed', personId: ownerId } as const;
    if (ownerId !== null) {
      const result = await change(async () => undefined);
      deps.publish(changed);
      return result;
    }
    const line = { actor: person, action } as const;
    const planned = { ...line, subject: { kind: 'cannedAnswer', ...subject }, details: {} } as const;
    return deps.auditedChange([planned as never], async (write) => {
      const result = await change((about, details) =>
        write({ ...line, subject: { kind: 'cannedAnswer', ...about }, details }),
      );
      deps.publish(changed);
      return result;
    });
  }
}

/** Whose answers are changed; null for the shared ones. */
function ownerFor(person: SignedInPerson, isShared: boolean): string | null {
  if (!isShared) return person.id;
  if (!can(person, 'keepSharedAnswers'))
    throw new DeskError('forbidden', { message: 'Shared canned answers are kept by supervisors' });
  return null;
}

const subjectOf = ({ _id, name }: CannedAnswer) => ({ id: _id.toHexString(), name });

function differences(before: CannedAnswer, after: CannedAnswer): DetailsOf<'cannedAnswer.changed'> {
  return {
    ...(before.name === after.name ? {} : { formerName: before.name }),
    ...(before.folder === after.folder ? {} : { folder: after.folder }),
    ...(before.text === after.text ? {} : { isTextNew: true }),
  };
}

function written(outcome: CannedOutcome): Extract<CannedOutcome, { kind: 'written' }> {
  switch (outcome.kind) {
    case 'written':
      return outcome;
    case 'notFound':
      throw notFound();
    case 'nameTaken':
      throw new DeskError('cannedNameTaken', {
        message: 'There is a canned answer of this name',
        field: 'name',
      });
    case 'changedMeanwhile':
      throw new DeskError('cannedChanged', {
        message: 'It was changed since it was read',
        field: 'version',
      });
    case 'tooMany':
      throw new DeskError('cannedTooMany', {
        message: `At most ${outcome.limit} canned answers can be kept here`,
      });
  }
}

function notFound(): DeskError {
  return new DeskError('notFound', { message: 'Canned answer not found' });
}

function oneFile(cause?: unknown): DeskError {
  return new DeskError('badRequest', { message: 'Send one file in the field "file"', field: 'file', cause });
}
