/**
 * `npm run sample -- month`: fills an empty installation that has a sandbox with a month of invented conversations,
 * and prints how to sign in. It may be interrupted and run again. `--days`, `--per-day` and `--seed` change the month.
 */
import { parseArgs } from 'node:util';
import { readConfig } from './app/config.ts';
import { runCommand } from './app/runCommand.ts';
import { type SampleOutcome, writeSampleMonth } from './app/sampleMonth.ts';
import { createLogger } from './observability/logger.ts';
import { startStopwatch } from './work/stopwatch.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const PRINTED_EVERY_MS = 2_000;
const limits = { days: 92, 'per-day': 500, seed: 2 ** 31 } as const;
const usage = 'npm run sample -- month [--days 30] [--per-day 200] [--seed 1]';

await runCommand(async () => {
  const options = readOptions();
  if (typeof options === 'string') {
    print(`${options}\nUse: ${usage}`);
    return 1;
  }
  const elapsedMs = startStopwatch();
  let printedAtMs = Number.NEGATIVE_INFINITY;
  const outcome = await writeSampleMonth(readConfig(process.env), options, {
    logger: createLogger('warn'),
    say(livesDone, lives) {
      if (elapsedMs() - printedAtMs < PRINTED_EVERY_MS) return;
      printedAtMs = elapsedMs();
      print(`${livesDone} of ${lives} clients`);
    },
  });
  return report(outcome, elapsedMs());
});

/** A text when the arguments are wrong. */
function readOptions(): { days: number; perDay: number; seed: number } | string {
  const number = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { days: number, 'per-day': number, seed: number },
    });
    if (positionals.length !== 1 || positionals[0] !== 'month') return 'Name what to write: month';
    const given = {
      days: values.days ?? '30',
      'per-day': values['per-day'] ?? '200',
      seed: values.seed ?? '1',
    };
    for (const [name, text] of Object.entries(given))
      if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > limits[name as keyof typeof limits])
        return `--${name} should be a whole number from 1 to ${limits[name as keyof typeof limits]}`;
    return { days: Number(given.days), perDay: Number(given['per-day']), seed: Number(given.seed) };
  } catch (error) {
    return (error as Error).message;
  }
}

function report(outcome: SampleOutcome, ms: number): number {
  switch (outcome.kind) {
    case 'noSandbox':
      print('The sample month needs the sandbox: set SANDBOX=on, or leave it out.');
      return 1;
    case 'hasConversations':
      print(
        'This installation has conversations. The sample month fills only an empty one: set another DATA_DIR.',
      );
      return 1;
    case 'otherMonth': {
      const { days, perDay, seed } = outcome.month;
      print('This installation holds another sample month. Go on with it, or set another DATA_DIR:');
      print(`  npm run sample -- month --days ${days} --per-day ${perDay} --seed ${seed}`);
      return 1;
    }
    case 'written':
      print(`The month is written: ${outcome.lives} clients in ${Math.round(ms / 1000)} s.`);
      break;
    case 'known':
      print('The month was written before.');
      break;
  }
  print('Start the desk with the same settings (npm start). It counts and indexes the month within minutes.');
  for (const { email, password, role } of outcome.first.people)
    print(`  ${email.padEnd(20)} ${password}   ${role}`);
  if (outcome.first.people.length === 0)
    print(`The file with the passwords is gone: ${outcome.first.filePath}`);
  return 0;
}
