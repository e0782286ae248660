/** Calls the sandbox's control API, typed by its shared schemas. */
import type {
  BurstProgress,
  CommunityView,
  ControlInput,
  ControlOperation,
  DialogueSnapshot,
  Faults,
  NoticeView,
  OkDialogueSnapshot,
  OkGroupView,
  ServiceView,
  UserView,
} from '../../shared/sandbox.ts';

export interface Attachment {
  type: string;
  [key: string]: unknown;
}

/** Answers that the page reads; it ignores the bodies of the rest. */
interface ControlAnswers {
  listCommunities: CommunityView[];
  listUsers: UserView[];
  snapshot: DialogueSnapshot;
  getFaults: Faults;
  setFaults: Faults;
  clearFaults: Faults;
  burst: BurstProgress;
  burstProgress: BurstProgress;
  sampleAttachment: Attachment;
  listServices: ServiceView[];
  listOkGroups: OkGroupView[];
  notices: NoticeView[];
  okSnapshot: OkDialogueSnapshot;
}
type ControlAnswer<Op extends ControlOperation> = Op extends keyof ControlAnswers
  ? ControlAnswers[Op]
  : unknown;

class ControlError extends Error {}

export async function callControl<Op extends ControlOperation>(
  operation: Op,
  input: ControlInput<Op>,
): Promise<ControlAnswer<Op>> {
  const response = await fetch(`/control/${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as { error?: unknown };
  if (!response.ok)
    throw new ControlError(typeof answer.error === 'string' ? answer.error : JSON.stringify(answer.error));
  return answer as ControlAnswer<Op>;
}

export async function uploadPhoto(userId: number, file: File): Promise<Attachment> {
  const query = new URLSearchParams({ userId: String(userId), name: file.name });
  const response = await fetch(`/control/uploadPhoto?${query}`, {
    method: 'POST',
    headers: { 'content-type': file.type || 'application/octet-stream' },
    body: file,
  });
  if (!response.ok) throw new ControlError(`HTTP ${response.status}`);
  return (await response.json()) as Attachment;
}
