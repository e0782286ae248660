/**
 * Plans the month as lives of clients, from the seed alone: the same options make the same month. It writes nothing;
 * `playLife.ts` lets the product do each step.
 */
import { wordsOfCase } from './fillText.ts';
import { clientName } from './names.ts';
import { planCase, planService } from './planCase.ts';
import { casesOfDay, DAY_MS, HOUR_MS, momentBefore } from './planDay.ts';
import { REPORTED_WITHIN_MS } from './playService.ts';
import type { Pick } from './random.ts';
import { type Life, places } from './steps.ts';

export interface MonthOptions {
  days: number;
  /** How many cases begin on a day at the mean. */
  perDay: number;
  /** The month ends at this moment: what would come later waits. */
  untilMs: number;
}

/** A client who comes again begins another case in the same conversation. */
const COMES_AGAIN = 0.3;
/** A case in a second community of the same network: another conversation of the same client. */
const WRITES_ELSEWHERE = 0.15;
/** Service messages that get no reply, to clients who never wrote, for each case. */
const UNANSWERED_SERVICE = 0.25;
const RESTS_MS = 6 * HOUR_MS;
/** Ids that no sample person of the sandbox has. */
const FIRST_USER = 300_001;

export function planMonth(pick: Pick, { days, perDay, untilMs }: MonthOptions): Life[] {
  const lives: Life[] = [];
  const homes: number[] = [];
  let caseNo = 0;

  function newLife(place: number): Life {
    const no = lives.length;
    const { name } = clientName(pick);
    const userNo = FIRST_USER + no;
    const life: Life = {
      no,
      name,
      userId: places[place]!.network === 'ok' ? `user:${userNo}` : String(userNo),
      phone: `+7901${String(1_000_000 + ((no * 7_919) % 9_000_000)).padStart(7, '0')}`,
      steps: [],
    };
    lives.push(life);
    homes.push(place);
    return life;
  }

  const hasRested = ({ steps }: Life, atMs: number) => (steps.at(-1)?.atMs ?? 0) < atMs - RESTS_MS;

  for (let day = days; day > 0; day -= 1) {
    const dayEndMs = untilMs - (day - 1) * DAY_MS;
    // Short samples hold exactly as many cases as were asked for.
    const count = days < 7 ? perDay : casesOfDay(perDay, dayEndMs);
    const starts = Array.from({ length: count }, () => momentBefore(pick, dayEndMs)).sort((a, b) => a - b);
    for (const startMs of starts) {
      caseNo += 1;
      const place = pick.weighted(places.map(({ share }) => share));
      const known = pick.chance(COMES_AGAIN) && lives.length > 0 ? pick.one(lives) : null;
      const comesAgain = known?.steps.some(({ kind }) => kind === 'reply') && hasRested(known, startMs);
      const life = comesAgain ? known! : newLife(place);
      planCase(pick, { life, place: comesAgain ? placeOf(homes[life.no]!) : place, caseNo, startMs });
      if (pick.chance(UNANSWERED_SERVICE)) {
        const other = newLife(place);
        const words = wordsOfCase(pick, caseNo + 31, other.name);
        planService(pick, other, { place, atMs: startMs + pick.between(0, 600) * 1000, words });
      }
    }
  }
  for (const life of lives)
    life.steps = life.steps.filter(
      ({ kind, atMs }) => atMs < (kind === 'service' ? untilMs - REPORTED_WITHIN_MS : untilMs),
    );
  return lives.filter(({ steps }) => steps.length > 0).map((life, no) => ({ ...life, no }));

  function placeOf(home: number): number {
    if (places[home]!.network === 'ok' || !pick.chance(WRITES_ELSEWHERE)) return home;
    return home === 0 ? 2 : 0;
  }
}
