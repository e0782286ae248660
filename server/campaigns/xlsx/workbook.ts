/**
 * Finds the parts of the first visible sheet, its styles and its shared texts, and which epoch its dates use.
 * Source: ECMA-376, part 1, section 18.2 (workbook) and part 2 (relationships).
 */
import { posix } from 'node:path';
import { UnreadableList } from '../listRow.ts';
import type { Archive } from './archive.ts';
import { attributeOf, readWholeXml } from './readXml.ts';

export interface Workbook {
  sheetPart: string;
  stylesPart: string | null;
  stringsPart: string | null;
  /** Days count from 1904, as on old Macs. */
  is1904: boolean;
}

interface Relation {
  type: string;
  target: string;
}

export async function readWorkbook(archive: Archive): Promise<Workbook> {
  const [main] = ofType(await readRelations(archive, ''), 'officeDocument');
  const mainPart = main?.target ?? 'xl/workbook.xml';
  if (!archive.has(mainPart)) throw new UnreadableList('The archive holds no workbook');
  const relations = await readRelations(archive, mainPart);
  const sheets: { relationId: string; isShown: boolean }[] = [];
  let is1904 = false;
  await readWholeXml(archive.read(mainPart), {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = ['1', 'true', 'on'].includes(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const isShown = (attributes.state ?? 'visible') === 'visible';
      sheets.push({ relationId: attributeOf(attributes, 'id') ?? '', isShown });
    },
  });
  const worksheets = sheets.filter(({ relationId }) => relations.get(relationId)?.type === 'worksheet');
  // For a person, the first sheet is the first visible one.
  const first = worksheets.find(({ isShown }) => isShown) ?? worksheets[0];
  const sheetPart = first && relations.get(first.relationId)?.target;
  if (sheetPart === undefined || !archive.has(sheetPart))
    throw new UnreadableList('The workbook has no sheet');
  return {
    sheetPart,
    stylesPart: ofType(relations, 'styles')[0]?.target ?? null,
    stringsPart: ofType(relations, 'sharedStrings')[0]?.target ?? null,
    is1904,
  };
}

function ofType(relations: ReadonlyMap<string, Relation>, type: string): Relation[] {
  return [...relations.values()].filter((each) => each.type === type);
}

/** The relationships of a part by id; of the package itself when `part` is empty. */
async function readRelations(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const folder = part === '' ? '' : posix.dirname(part);
  const relations = new Map<string, Relation>();
  await readWholeXml(archive.read(posix.join(folder, '_rels', `${posix.basename(part)}.rels`)), {
    open(name, { Id = '', Type = '', Target = '', TargetMode }) {
      if (name !== 'Relationship' || TargetMode === 'External') return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      relations.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target });
    },
  });
  return relations;
}
