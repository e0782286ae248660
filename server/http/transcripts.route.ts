/** Transcripts over HTTP: supervisors ask for files of conversations, and load them when they are ready. */
import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import type { Types } from 'mongoose';
import { transcriptLimits } from '../../shared/schemas/transcript.ts';
import type { Register } from '../accessRegister/register.ts';
import type { Audit } from '../audit/audit.ts';
import { can } from '../auth/permissions.ts';
import type { CurrentPerson, SignedInPerson } from '../auth/signedIn.ts';
import { mayHave } from '../transcripts/readTranscript.ts';
import {
  deleteTranscript,
  listTranscripts,
  type RequestDeps,
  requestTranscript,
  restartTranscript,
  viewsOf,
} from '../transcripts/requests.ts';
import type { Transcript } from '../transcripts/transcript.model.ts';
import { currentTime } from '../work/clock.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { searchedCommunities, searchRequestOf } from './searchRequest.ts';
import { sendStoredFile } from './sendStoredFile.ts';

export interface TranscriptRouteDeps extends RequestDeps {
  audit: Audit;
  register: Pick<Register, 'write'>;
  wake(): void;
}

export function transcriptRoutes({ handle }: EndpointRouter, deps: TranscriptRouteDeps): void {
  const viewOf = async (transcript: Transcript) => (await viewsOf(deps, [transcript]))[0]!;

  handle('requestTranscript', async ({ body, person }) => {
    const found = body.search && {
      search: searchRequestOf(body.search),
      communityIds: searchedCommunities(person, body.search),
    };
    const outcome = await requestTranscript(deps, person, body, found ?? null, (transcript, clientId) =>
      recordRequest(deps, person, transcript, clientId),
    );
    if (outcome.kind === 'conversationNotFound')
      throw new DeskError('conversationNotFound', { message: 'Conversation not found' });
    if (outcome.kind === 'tooMany')
      throw new DeskError('tooManyRequests', {
        message: `Wait: ${transcriptLimits.atOnce} transcripts are being made for you already`,
      });
    deps.wake();
    return viewOf(outcome.transcript);
  });

  handle('listTranscripts', async ({ person }) => ({ transcripts: await listTranscripts(deps, person.id) }));

  handle('restartTranscript', async ({ params, person }) => {
    const transcript = await restartTranscript(deps, person, params.transcriptId);
    if (!transcript) throw notFound();
    deps.wake();
    return viewOf(transcript);
  });

  handle('deleteTranscript', async ({ params, person }) => {
    if (!(await deleteTranscript(deps, person.id, params.transcriptId))) throw notFound();
    return {};
  });
}

async function recordRequest(
  { audit, register, companyId }: TranscriptRouteDeps,
  person: SignedInPerson,
  { _id, format, scope, conversationIds }: Transcript,
  clientId: Types.ObjectId | null,
): Promise<void> {
  const key = _id.toHexString();
  const about = { format, scope, ...(scope === 'selection' && { conversations: conversationIds.length }) };
  await audit.append({
    _id: `transcript.requested:${key}`,
    companyId,
    at: currentTime(),
    personId: person.id,
    personName: person.name,
    action: 'transcript.requested',
    subject: { kind: 'export', id: key, name: 'transcript' },
    details: about,
  });
  await register.write({
    key,
    action: 'exported',
    person,
    clientId,
    details: { what: 'transcript', ...about, phonesShown: can(person, 'readFullPhone') },
  });
}

const contentTypes: Record<Transcript['format'], string> = {
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Only for the person who asked, while they may still see all of it. */
export function transcriptFilesRouter(deps: TranscriptRouteDeps & { currentPerson: CurrentPerson }): Router {
  const router = Router();
  router.get('/media/transcripts/:transcriptId', async (req, res) => {
    const signedIn = await deps.currentPerson(req.headers);
    if (!signedIn) throw new DeskError('notSignedIn');
    const { person } = signedIn;
    if (!can(person, 'exportHistory')) throw new DeskError('forbidden');
    const { transcriptId } = req.params;
    if (!/^[0-9a-f]{24}$/.test(transcriptId)) throw notFound();
    const job = await deps.transcripts
      .findOne({ _id: transcriptId, companyId: deps.companyId, personId: person.id, state: 'done' })
      .lean<Transcript>();
    const { fileId } = job ?? {};
    if (!job || !fileId) throw notFound();
    if (!mayHave(person, job)) throw new DeskError('forbidden', { message: 'Your rights have changed' });
    const subject = { kind: 'export', id: transcriptId, name: 'transcript' };
    await deps.audit.append({
      _id: `transcript.downloaded:${randomUUID()}`,
      companyId: deps.companyId,
      at: currentTime(),
      personId: person.id,
      personName: person.name,
      action: 'transcript.downloaded',
      subject,
      details: { format: job.format },
    });
    res.set('Cache-Control', 'no-store');
    res.set('X-Content-Type-Options', 'nosniff');
    res.set(
      'Content-Security-Policy',
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox",
    );
    res.attachment(`conversations-${job.requestedAt.toISOString().slice(0, 10)}.${job.format}`);
    await sendStoredFile(req, res, {
      id: fileId.toHexString(),
      contentType: contentTypes[job.format],
      sizeBytes: job.sizeBytes ?? 0,
      open: (range) => deps.files.open(fileId, range),
    });
  });
  return router;
}

function notFound(): DeskError {
  return new DeskError('notFound', { message: 'Transcript not found' });
}
