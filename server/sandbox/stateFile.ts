/**
 * Saves the sandbox's state to one JSON file, with uploaded files beside it, so that dialogues continue after a
 * restart.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { Gateway, SavedGateway } from './gateway/gateway.ts';
import type { MediaLibrary, StoredFile } from './mediaLibrary.ts';
import type { OkWorld, SavedOkGroup } from './ok/okWorld.ts';
import { type Community, type Dialogue, type SandboxUser, usualUser, type World } from './world.ts';

const formatVersion = 1;
/** Short: a killed program loses unsaved messages, and would give their ids out again. */
const quietMs = 30;

interface SavedCommunity extends Omit<Community, 'dialogues' | 'blacklist'> {
  dialogues: Dialogue[];
  blacklist: number[];
}

interface SavedState {
  formatVersion: number;
  users: SandboxUser[];
  communities: SavedCommunity[];
  media: ReturnType<MediaLibrary['snapshot']>;
  /** Absent in a state file of an older program. */
  ok?: SavedOkGroup[];
  gateway?: SavedGateway;
}

/** The contents of the state file. */
export interface Kept {
  world: World;
  media: MediaLibrary;
  ok: OkWorld;
  gateway: Gateway;
}

export class StateFile {
  readonly #path: string;
  readonly #world: World;
  readonly #media: MediaLibrary;
  readonly #ok: OkWorld;
  readonly #gateway: Gateway;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #lastWriteMs = 0;
  #isChanged = false;
  #isClosed = false;

  constructor(path: string, { world, media, ok, gateway }: Kept, logger: Logger) {
    this.#path = path;
    this.#world = world;
    this.#media = media;
    this.#ok = ok;
    this.#gateway = gateway;
    this.#logger = logger;
    mkdirSync(this.#filesFolder(), { recursive: true });
    world.on('change', () => this.#schedule());
  }

  load(): void {
    if (!existsSync(this.#path)) return;
    const saved = JSON.parse(readFileSync(this.#path, 'utf8')) as SavedState;
    if (saved.formatVersion !== formatVersion) {
      throw new Error(
        `The sandbox state is of format ${saved.formatVersion}, this program reads ${formatVersion}`,
      );
    }
    // A state file of an older program has fewer fields of a person.
    for (const user of saved.users) this.#world.users.set(user.userId, { ...usualUser(), ...user });
    for (const community of saved.communities)
      this.#world.communities.set(community.groupId, this.#revive(community));
    this.#media.restore(saved.media);
    if (saved.ok) this.#ok.restore(saved.ok);
    for (const entry of readdirSync(this.#filesFolder())) this.#loadFile(entry);
    // Last: messages that waited may be delivered at once.
    if (saved.gateway) this.#gateway.restore(saved.gateway);
  }

  keepFile(file: StoredFile): void {
    const header = Buffer.from(JSON.stringify({ name: file.name, contentType: file.contentType }));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(header.length);
    writeFileSync(join(this.#filesFolder(), file.fileId), Buffer.concat([length, header, file.bytes]), {
      mode: 0o600,
    });
  }

  /** Writes for the last time. Changes after this are not saved, and the folder is not touched any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#isChanged) this.#write();
  }

  /** A large state is saved less often: writing takes at most about a tenth of the time. */
  #schedule(): void {
    if (this.#isClosed) return;
    this.#isChanged = true;
    this.#timer ??= setTimeout(() => this.#write(), Math.max(quietMs, this.#lastWriteMs * 10));
    this.#timer.unref();
  }

  #write(): void {
    this.#timer = undefined;
    this.#isChanged = false;
    const startedAt = performance.now();
    const state: SavedState = {
      formatVersion,
      users: [...this.#world.users.values()],
      communities: [...this.#world.communities.values()].map((community) => ({
        ...community,
        dialogues: [...community.dialogues.values()],
        blacklist: [...community.blacklist],
      })),
      media: this.#media.snapshot(),
      ok: this.#ok.snapshot(),
      gateway: this.#gateway.snapshot(),
    };
    const temporary = `${this.#path}.new`;
    try {
      writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch (error) {
      this.#isChanged = true;
      this.#logger.error({ error }, 'the sandbox could not save its state');
    }
    this.#lastWriteMs = performance.now() - startedAt;
  }

  #revive(saved: SavedCommunity): Community {
    for (const dialogue of saved.dialogues) {
      for (const message of dialogue.messages) this.#world.remember(saved.groupId, dialogue.userId, message);
    }
    return {
      ...saved,
      dialogues: new Map(saved.dialogues.map((dialogue) => [dialogue.userId, dialogue])),
      blacklist: new Set(saved.blacklist),
    };
  }

  #loadFile(fileId: string): void {
    const whole = readFileSync(join(this.#filesFolder(), fileId));
    const headerEnd = 4 + whole.readUInt32BE(0);
    const { name, contentType } = JSON.parse(whole.toString('utf8', 4, headerEnd)) as {
      name: string;
      contentType: string;
    };
    this.#media.restoreFile({ fileId, name, contentType, bytes: whole.subarray(headerEnd) });
  }

  #filesFolder(): string {
    return join(dirname(this.#path), 'sandbox-files');
  }
}
