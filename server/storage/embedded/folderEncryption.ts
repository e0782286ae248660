/**
 * Whether the disk under the store's folder is encrypted, as Linux tells it: the device that carries the folder, and what
 * lies under it. What the machine itself cannot see (a cloud's volume, a drive that encrypts itself) is not seen here.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface FolderEncryption {
  /** `noDevice`: the file system is on none that is named, such as a container's own, a network's or memory. */
  found: 'cryptDevice' | 'plainDevice' | 'noDevice' | 'unreadable';
  /** The kernel's numbers of the device that carries the folder. */
  device: string | null;
}

/**
 * How cryptsetup names its devices' kinds (`libcryptsetup.h`, group crypt-type). Those that only check what is read,
 * VERITY and INTEGRITY, are not among them.
 */
const cryptUuid = /^CRYPT-(LUKS1|LUKS2|PLAIN|LOOPAES|TCRYPT|BITLK|FVAULT2)-/;

/** @param sysDir where Linux shows its devices. Never rejects: what cannot be read is `unreadable`. */
export async function lookAtFolder(folder: string, sysDir = '/sys'): Promise<FolderEncryption> {
  let device: string | null = null;
  try {
    device = numbersOf((await stat(folder, { bigint: true })).dev);
    const named = await orNull(realpath(join(sysDir, 'dev/block', device)));
    if (named === null) {
      await readdir(join(sysDir, 'dev/block'));
      return { found: 'noDevice', device: null };
    }
    const isEncrypted = await isDeviceEncrypted(named);
    return { found: isEncrypted === null ? 'noDevice' : isEncrypted ? 'cryptDevice' : 'plainDevice', device };
  } catch {
    return { found: 'unreadable', device };
  }
}

/** Null where the device is a file of some other file system: what carries that is not followed. */
async function isDeviceEncrypted(path: string): Promise<boolean | null> {
  const uuid = await orNull(readFile(join(path, 'dm/uuid'), 'utf8'));
  if (uuid !== null && cryptUuid.test(uuid)) return true;
  if ((await orNull(stat(join(path, 'partition')))) !== null) return isDeviceEncrypted(dirname(path));
  if ((await orNull(stat(join(path, 'loop')))) !== null) return null;
  const under = (await orNull(readdir(join(path, 'slaves')))) ?? [];
  if (under.length === 0) return false;
  const each = await Promise.all(
    under.map(async (name) => isDeviceEncrypted(await realpath(join(path, 'slaves', name)))),
  );
  // A volume over several disks is as open as the most open of them.
  if (each.includes(false)) return false;
  return each.includes(null) ? null : true;
}

/** As Linux packs the two numbers into one (`gnu_dev_major` and `gnu_dev_minor` of its C library). */
function numbersOf(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/** What is not there is an answer; what may not be read is none. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
