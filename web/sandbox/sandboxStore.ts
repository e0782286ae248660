/** One copy of the sandbox's state: loaded at start, reloaded where the event stream reports a change. */
import type {
  CommunityView,
  DialogueSnapshot,
  Faults,
  NoticeView,
  OkDialogueSnapshot,
  OkGroupView,
  SandboxChange,
  UserView,
} from '../../shared/sandbox.ts';
import { callControl } from './controlClient.ts';

/** A phone shows this many of the newest messages. */
const shownMessages = 200;

export interface SandboxState {
  link: 'loading' | 'open' | 'lost';
  communities: CommunityView[];
  users: UserView[];
  faults: Faults | null;
  groupId: number | null;
  /** By user id, for the chosen community and the phones on the screen. */
  snapshots: Readonly<Record<number, DialogueSnapshot>>;
  /** The same sender in Odnoklassniki. */
  okGroup: OkGroupView | null;
  okChats: Readonly<Record<number, OkDialogueSnapshot>>;
  /** By user id: the notifications window. */
  notices: Readonly<Record<number, readonly NoticeView[]>>;
}

export interface SandboxStore {
  get(): SandboxState;
  subscribe(listener: () => void): () => void;
  start(): void;
  chooseCommunity(groupId: number): void;
  /** Keeps this client's dialogue fresh until the returned function is called. */
  follow(userId: number): () => void;
}

export function createSandboxStore(): SandboxStore {
  let state: SandboxState = {
    link: 'loading',
    communities: [],
    users: [],
    faults: null,
    groupId: null,
    snapshots: {},
    okGroup: null,
    okChats: {},
    notices: {},
  };
  const listeners = new Set<() => void>();
  const followed = new Map<number, number>();

  function set(changes: Partial<SandboxState>): void {
    state = { ...state, ...changes };
    for (const listener of listeners) listener();
  }

  async function loadWorld(): Promise<void> {
    const [communities, users, services, okGroups] = await Promise.all([
      callControl('listCommunities', {}),
      callControl('listUsers', {}),
      callControl('listServices', {}),
      callControl('listOkGroups', {}),
    ]);
    const groupId = state.groupId ?? communities[0]?.groupId ?? null;
    const service = services.find((one) => one.groupId === groupId && one.okGroupId !== null);
    const okGroup = okGroups.find(({ okGroupId }) => okGroupId === service?.okGroupId) ?? null;
    const isNew = groupId !== state.groupId || okGroup?.okGroupId !== state.okGroup?.okGroupId;
    set({ communities, users, groupId, okGroup });
    if (isNew) await loadDialogues();
  }

  async function loadFaults(): Promise<void> {
    set({ faults: await callControl('getFaults', {}) });
  }

  async function loadDialogue(userId: number): Promise<void> {
    const { groupId } = state;
    if (groupId === null) return;
    const snapshot = await callControl('snapshot', { groupId, userId, last: shownMessages });
    if (snapshot.groupId === state.groupId) set({ snapshots: { ...state.snapshots, [userId]: snapshot } });
  }

  async function loadNotices(userId: number): Promise<void> {
    const notices = await callControl('notices', { userId });
    set({ notices: { ...state.notices, [userId]: notices } });
  }

  async function loadOkChat(userId: number): Promise<void> {
    const isInOk = state.users.find((user) => user.userId === userId)?.okUserId ?? null;
    if (!state.okGroup || isInOk === null) return;
    const chat = await callControl('okSnapshot', { okGroupId: state.okGroup.okGroupId, userId });
    set({ okChats: { ...state.okChats, [userId]: chat } });
  }

  async function loadPhone(userId: number): Promise<void> {
    await Promise.all([loadDialogue(userId), loadNotices(userId), loadOkChat(userId)]);
  }

  async function loadDialogues(): Promise<void> {
    await Promise.all([...followed.keys()].map(loadPhone));
  }

  async function loadAll(): Promise<void> {
    await loadWorld();
    await Promise.all([loadFaults(), loadDialogues()]);
    set({ link: 'open' });
  }

  /** After a failed read the old state stays; when the stream reconnects, everything is read again. */
  function attempt(work: Promise<void>): void {
    work.catch(() => set({ link: 'lost' }));
  }

  function onChange(change: SandboxChange): void {
    if (change.type === 'world') attempt(loadWorld());
    else if (change.type === 'faults') attempt(loadFaults());
    else if (change.type === 'dialogue') {
      if (change.groupId === state.groupId && followed.has(change.userId))
        attempt(loadDialogue(change.userId));
    } else if (change.type === 'gateway') return;
    else if (!followed.has(change.userId)) return;
    else if (change.type === 'notices') attempt(loadNotices(change.userId));
    else attempt(loadOkChat(change.userId));
  }

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      const stream = new EventSource('/control/events');
      stream.onopen = () => attempt(loadAll());
      stream.onerror = () => set({ link: 'lost' });
      stream.onmessage = ({ data }) => onChange(JSON.parse(data as string) as SandboxChange);
    },
    chooseCommunity(groupId) {
      set({ groupId, snapshots: {}, okChats: {} });
      attempt(loadWorld().then(loadDialogues));
    },
    follow(userId) {
      followed.set(userId, (followed.get(userId) ?? 0) + 1);
      attempt(loadPhone(userId));
      return () => {
        const left = (followed.get(userId) ?? 1) - 1;
        if (left > 0) followed.set(userId, left);
        else followed.delete(userId);
      };
    },
  };
}
