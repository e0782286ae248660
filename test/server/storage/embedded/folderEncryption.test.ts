/** Detection over folder trees like Linux's devices under /sys, for a real folder of this machine. */
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lookAtFolder } from '../../../../server/storage/embedded/folderEncryption.ts';

let folder: string;
let sysDir: string;
let device: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-inbox-carried-'));
  sysDir = await mkdtemp(join(tmpdir(), 'notify-inbox-sys-'));
  await mkdir(join(sysDir, 'dev/block'), { recursive: true });
  const { dev } = await stat(folder);
  // Computed by the packing of small numbers; with larger ones on this machine the test fails visibly.
  device = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
});
afterEach(async () => {
  for (const path of [folder, sysDir]) await rm(path, { recursive: true, force: true });
});

interface Device {
  /** Under `devices/`. */
  path: string;
  uuid?: string;
  isPartition?: boolean;
  isLoop?: boolean;
  over?: string[];
}

async function show(devices: Device[], carrier: string): Promise<void> {
  const at = (path: string) => join(sysDir, 'devices', path);
  const link = async (path: string, to: string) => {
    await mkdir(dirname(path), { recursive: true });
    await symlink(relative(dirname(path), to), path);
  };
  for (const { path, uuid, isPartition, isLoop, over = [] } of devices) {
    await mkdir(join(at(path), 'holders'), { recursive: true });
    if (uuid !== undefined) {
      await mkdir(join(at(path), 'dm'));
      await writeFile(join(at(path), 'dm/uuid'), `${uuid}\n`);
    }
    if (isPartition) await writeFile(join(at(path), 'partition'), '1\n');
    if (isLoop) await mkdir(join(at(path), 'loop'));
    for (const under of over) await link(join(at(path), 'slaves', under.split('/').at(-1) ?? ''), at(under));
  }
  await link(join(sysDir, 'dev/block', device), at(carrier));
}

const disk: Device[] = [
  { path: 'pci/block/sda' },
  { path: 'pci/block/sda/sda2', isPartition: true },
  { path: 'pci/block/sdb' },
];
const luks: Device = {
  path: 'virtual/block/dm-0',
  uuid: 'CRYPT-LUKS2-0a1b2c3d4e5f60718293a4b5c6d7e8f9-data',
  over: ['pci/block/sda/sda2'],
};
const lvm = (...over: string[]): Device => ({ path: 'virtual/block/dm-2', uuid: 'LVM-Zx1-root', over });

const cases: [string, Device[], string, string][] = [
  ['LUKS on a partition', [...disk, luks], 'virtual/block/dm-0', 'cryptDevice'],
  ['LVM over LUKS', [...disk, luks, lvm('virtual/block/dm-0')], 'virtual/block/dm-2', 'cryptDevice'],
  [
    'a partition of a RAID over LUKS',
    [
      ...disk,
      luks,
      { path: 'virtual/block/md0', over: ['virtual/block/dm-0'] },
      { path: 'virtual/block/md0/md0p1', isPartition: true },
    ],
    'virtual/block/md0/md0p1',
    'cryptDevice',
  ],
  ['a plain partition', disk, 'pci/block/sda/sda2', 'plainDevice'],
  ['LVM on a plain disk', [...disk, lvm('pci/block/sdb')], 'virtual/block/dm-2', 'plainDevice'],
  [
    'LVM over LUKS and a plain disk together',
    [...disk, luks, lvm('virtual/block/dm-0', 'pci/block/sdb')],
    'virtual/block/dm-2',
    'plainDevice',
  ],
  [
    'a disk that is only checked',
    [...disk, { path: 'virtual/block/dm-3', uuid: 'CRYPT-VERITY-0a1b-root', over: ['pci/block/sdb'] }],
    'virtual/block/dm-3',
    'plainDevice',
  ],
  [
    'a file of another file system',
    [{ path: 'virtual/block/loop0', isLoop: true }],
    'virtual/block/loop0',
    'noDevice',
  ],
];
it.each(cases)('knows %s', async (_what, devices, carrier, found) => {
  await show(devices, carrier);
  expect(await lookAtFolder(folder, sysDir)).toEqual({ found, device });
});

it('finds no device for a file system without a disk, and is unreadable where no devices are shown', async () => {
  expect(await lookAtFolder(folder, sysDir)).toEqual({ found: 'noDevice', device: null });
  expect(await lookAtFolder(folder, join(sysDir, 'none'))).toEqual({ found: 'unreadable', device });
  expect(await lookAtFolder(join(folder, 'none'), sysDir)).toEqual({ found: 'unreadable', device: null });
});

it('does not report an unreadable device as a plain disk', async () => {
  await show([...disk, { ...luks, uuid: '' }], 'virtual/block/dm-0');
  // A folder in place of the file: reading it fails for every user.
  const uuid = join(sysDir, 'devices/virtual/block/dm-0/dm/uuid');
  await rm(uuid);
  await mkdir(uuid);
  expect(await lookAtFolder(folder, sysDir)).toEqual({ found: 'unreadable', device });
});
