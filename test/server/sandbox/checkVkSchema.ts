/**
 * `npm run check:vk-schema -- FOLDER`: calls every method of the sandbox, creates an event of every type, and
 * validates the answers and events against VK's official JSON schema. Exit code 1 on a mismatch, 2 without a schema.
 */
import { exerciseSandbox, type Row } from './exerciseSandbox.ts';
import { amendments, loadVkSchema } from './vkSchema.ts';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(folder: string | undefined): Promise<number> {
  const schema = folder ? loadVkSchema(folder) : undefined;
  if (!schema) {
    print(
      `No VK API JSON schema in ${folder ? `"${folder}"` : 'the arguments'}: give the folder that holds schema.json`,
    );
    return 2;
  }
  const rows = await exerciseSandbox(schema);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const row of rows) printRow(row, width);
  for (const { place, reason } of amendments) print(`amended  ${place}: ${reason}`);
  const wrong = rows.filter(({ problems }) => problems.length > 0);
  print(`${rows.length} checked, ${wrong.length} with a mismatch`);
  return wrong.length > 0 ? 1 : 0;
}

function printRow({ name, problems }: Row, width: number): void {
  print(`${name.padEnd(width)}  ${problems.length === 0 ? 'ok' : 'MISMATCH'}`);
  for (const problem of problems) print(`    ${problem}`);
}

process.exitCode = await main(process.argv[2]);
