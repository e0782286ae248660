/** Wiring of transcripts: the dependencies of their routes, and the worker that makes their files. */
import type { Register } from '../accessRegister/register.ts';
import { createAudit } from '../audit/audit.ts';
import type { People } from '../auth/people.ts';
import { USUAL_TIME_ZONE } from '../companies/company.model.ts';
import type { TranscriptRouteDeps } from '../http/transcripts.route.ts';
import { parseSearchPlace, type SearchDeps, search } from '../search/search.ts';
import { createFileBucket } from '../storage/fileBucket.ts';
import { TRANSCRIPT_BUCKET } from '../transcripts/transcript.model.ts';
import { startTranscriptWorker } from '../transcripts/worker.ts';
import { currentTime } from '../work/clock.ts';
import type { AppContext } from './context.ts';

/** Less than an hour, after which the sweep takes a file for abandoned. */
const MADE_WITHIN_MS = 50 * 60_000;

export interface TranscriptNeeds {
  people: Pick<People, 'readPerson'>;
  register: Register;
  search: SearchDeps;
  /** Origins of pictures besides the networks' own: the sandbox's. */
  extraOrigins: readonly string[];
}

export const transcriptFiles = ({ connection }: Pick<AppContext['store'], 'connection'>) =>
  createFileBucket(connection, TRANSCRIPT_BUCKET, { storedWithinMs: MADE_WITHIN_MS });

export function openTranscripts(
  { store, sealing, config, timing, logger, closing }: AppContext,
  { people, register, search: searchDeps, extraOrigins }: TranscriptNeeds,
): TranscriptRouteDeps {
  const audit = createAudit(store.auditLines);
  const files = transcriptFiles(store);
  let wake = () => {};
  if (config.roles.has('sender')) {
    const worker = startTranscriptWorker({
      ...store,
      sealing,
      files,
      extraOrigins,
      logger,
      ...(timing.transcripts ? { timing: timing.transcripts } : {}),
      readPerson: people.readPerson,
      timeZone: async () =>
        (await store.companies.findById(store.companyId, { timeZone: 1 }).lean())?.timeZone ??
        USUAL_TIME_ZONE,
      searchPage: async (request) => {
        const { hits, nextCursor, isCut } = await search(searchDeps, request);
        return {
          hits: hits.map(({ messageId, conversation }) => ({ messageId, conversationId: conversation.id })),
          after: parseSearchPlace(nextCursor ?? undefined),
          isCut,
        };
      },
      recordEnd: async ({ _id, personId, personName, format, scope, messages, state, finishedAt }) => {
        const key = _id.toHexString();
        const ended = { rows: messages, isComplete: state === 'done' };
        await audit.append({
          _id: `transcript.finished:${key}:${finishedAt?.getTime() ?? 0}`,
          companyId: store.companyId,
          at: finishedAt ?? currentTime(),
          personId,
          personName,
          action: 'transcript.finished',
          subject: { kind: 'export', id: key, name: 'transcript' },
          details: { format, scope, ...ended },
        });
        await register.complete({ key, action: 'exported' }, ended);
      },
    });
    closing.add(() => worker.stop());
    wake = worker.wake;
  }
  return { ...store, sealing, files, audit, register, wake };
}
