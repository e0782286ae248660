/**
 * Whether the disk under the store's folder is encrypted, as Linux reports it: the device of the folder and the
 * devices under it. Encryption that the machine cannot see (a cloud volume, a self-encrypting drive) is not detected.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface FolderEncryption {
  /** `noDevice`: the file system has no block device, for example a container's own, a network's or one in memory. */
  found: 'cryptDevice' | 'plainDevice' | 'noDevice' | 'unreadable';
  /** The kernel's numbers of the folder's device. */
  device: string | null;
}

/**
 * cryptsetup's names of the kinds of devices that encrypt (`libcryptsetup.h`, group crypt-type). VERITY and INTEGRITY
 * only check what is read, so they are not listed.
 */
const cryptUuid = /^CRYPT-(LUKS1|LUKS2|PLAIN|LOOPAES|TCRYPT|BITLK|FVAULT2)-/;

/** Never rejects: a failure to read is `unreadable`. @param sysDir where Linux shows its devices. */
export async function lookAtFolder(folder: string, sysDir = '/sys'): Promise<FolderEncryption> {
  let device: string | null = null;
  try {
    device = numbersOf((await stat(folder, { bigint: true })).dev);
    const devicePath = await orNull(realpath(join(sysDir, 'dev/block', device)));
    if (devicePath === null) {
      await readdir(join(sysDir, 'dev/block'));
      return { found: 'noDevice', device: null };
    }
    const isEncrypted = await isDeviceEncrypted(devicePath);
    return { found: isEncrypted === null ? 'noDevice' : isEncrypted ? 'cryptDevice' : 'plainDevice', device };
  } catch {
    return { found: 'unreadable', device };
  }
}

/** Null when the device is a file in another file system, whose own device is not followed. */
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
  // A volume over several disks is encrypted only if every disk is.
  if (each.includes(false)) return false;
  return each.includes(null) ? null : true;
}

/** Unpacks the two numbers that Linux packs into one (`gnu_dev_major` and `gnu_dev_minor` of its C library). */
function numbersOf(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/** A missing file is a valid result; an unreadable one is an error. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
