/** Plans one case of a life: what the client writes, who answers it and when, and how it ends. */
import type { RatingMark } from '../../shared/schemas/rating.ts';
import { fillText, type Words, wordsOfCase } from './fillText.ts';
import { type Answering, answeringTo, HOUR_MS, MINUTE_MS, supervisors } from './planDay.ts';
import type { Pick } from './random.ts';
import * as texts from './sayings.ts';
import { scripts } from './scripts.ts';
import { type Life, PLACE_THAT_ASKS, places, type Step } from './steps.ts';

type Act = Step extends infer One ? (One extends Step ? Omit<One, 'atMs' | 'place'> : never) : never;

interface CaseWriter {
  /** Adds the step at this moment, or right after the last one. */
  add(atMs: number, act: Act): void;
  /** When the last step happens. */
  endMs(): number;
}

function writeTo({ steps }: Life, place: number): CaseWriter {
  const endMs = () => steps.at(-1)?.atMs ?? 0;
  return {
    endMs,
    add(atMs, act) {
      steps.push({ ...act, place, atMs: Math.max(Math.floor(atMs), endMs() + 1_000) } as Step);
    },
  };
}

export interface CasePlan {
  life: Life;
  place: number;
  caseNo: number;
  startMs: number;
}

export function planCase(pick: Pick, { life, place, caseNo, startMs }: CasePlan): void {
  const script = scripts[pick.weighted(scripts.map(({ weight }) => weight))]!;
  const words = wordsOfCase(pick, caseNo, life.name.split(' ')[0]!);
  const say = (variants: readonly string[]) => fillText(pick.one(variants), words);
  const writer = writeTo(life, place);
  const { add, endMs } = writer;

  const isAsked = !script.isEnglish && endMs() < startMs - 4 * HOUR_MS && pick.chance(0.2);
  if (isAsked) planService(pick, life, { place, atMs: startMs - pick.between(20, 200) * MINUTE_MS, words });
  if (isAsked && pick.chance(0.5))
    add(startMs, { kind: 'reply', text: pick.one(texts.buttonReplies), isButton: true });
  else add(startMs, { kind: 'reply', text: say(isAsked ? texts.serviceReplies : script.turns[0]!) });
  if (pick.chance(0.15))
    add(endMs() + pick.between(10, 90) * 1000, { kind: 'reply', text: say(texts.details) });

  let by: number | null = null;
  for (let turn = 1; turn < script.turns.length; turn += 2) {
    by = answerTurn(turn, by);
    const isLast = turn + 1 >= script.turns.length || !pick.chance(turn === 1 ? 0.85 : 0.6);
    if (isLast) break;
    add(endMs() + pick.longTail(6, 1.1) * MINUTE_MS, { kind: 'reply', text: say(script.turns[turn + 1]!) });
    // Nobody answers the last thanks.
    if (turn + 2 >= script.turns.length) break;
  }
  if (places[place]!.network === 'vk' && pick.chance(0.7)) add(endMs() + 2 * MINUTE_MS, { kind: 'seen' });
  if (pick.chance(0.04)) add(endMs() + MINUTE_MS, { kind: 'pending', personNo: by ?? 0 });
  // Where the client wrote last, an agent ends the case instead of an answer.
  if (life.steps.at(-1)!.kind === 'reply' || pick.chance(0.94)) end(by ?? 0);

  function answerTurn(turn: number, before: number | null): number {
    const answering = answeringTo(pick, endMs(), before);
    const { atMs, personNo, isNight } = answering;
    remind(answering);
    if (turn === 1) {
      add(atMs - 90_000, { kind: 'opened', personNo });
      if (pick.chance(0.7)) add(atMs - 60_000, { kind: 'assigned', personNo });
    } else if (personNo !== before && pick.chance(0.8)) add(atMs - 60_000, { kind: 'assigned', personNo });
    const text = say(isNight && turn === 1 ? texts.nightAnswers : script.turns[turn]!);
    const hasFile = /вложен|справк|бланк/.test(text);
    add(atMs, {
      kind: 'answer',
      personNo,
      text,
      ...(hasFile
        ? { fileName: `${pick.one(['Счёт', 'Чек', 'Справка', 'Заявление'])} ${words.track}.pdf` }
        : {}),
    });
    if (turn === 1 && pick.chance(0.6))
      add(endMs() + 20_000, { kind: 'labelled', personNo, labels: labelsOf() });
    if (script.note && pick.chance(0.09))
      add(endMs() + 30_000, { kind: 'note', personNo, text: say(script.note) });
    return personNo;
  }

  /** A client who waits long writes once more. */
  function remind({ atMs, isNight }: Answering): void {
    const waitMs = atMs - endMs();
    if (isNight || waitMs < 40 * MINUTE_MS || !pick.chance(0.3)) return;
    add(endMs() + waitMs / 2, { kind: 'reply', text: pick.one(texts.reminders) });
  }

  function labelsOf(): string[] {
    return pick.chance(0.12) ? [script.label, 'срочно'] : [script.label];
  }

  function end(personNo: number): void {
    resolve(pick.chance(0.04) ? pick.one(supervisors) : personNo, pick.longTail(12, 0.9));
    if (place === PLACE_THAT_ASKS && pick.chance(0.3)) rate(personNo);
    else if (pick.chance(0.08)) writeAgain(personNo);
    else if (pick.chance(0.015)) {
      add(endMs() + pick.between(5, 300) * MINUTE_MS, { kind: 'reopened', personNo });
      add(endMs() + MINUTE_MS, { kind: 'note', personNo, text: 'Проверить, что деньги дошли' });
      resolve(personNo, pick.between(30, 600));
    }
  }

  function resolve(personNo: number, minutes: number): void {
    add(endMs() + minutes * MINUTE_MS, { kind: 'resolved', personNo });
  }

  function rate(personNo: number): void {
    const mark = ([5, 5, 5, 4, 4, 3, 2, 1] as const)[
      pick.weighted([30, 20, 15, 15, 8, 6, 3, 3])
    ]! as RatingMark;
    add(endMs() + pick.between(1, 50) * MINUTE_MS, { kind: 'tap', mark });
    if (!pick.chance(0.25)) return;
    add(endMs() + pick.between(1, 4) * MINUTE_MS, { kind: 'reply', text: pick.one(texts.comments) });
    resolve(personNo, pick.between(3, 40));
  }

  function writeAgain(personNo: number): void {
    const afterMs = pick.between(10, 2_000) * MINUTE_MS;
    add(endMs() + afterMs, { kind: 'reply', text: say(texts.afterthoughts) });
    const answering = answeringTo(pick, endMs(), personNo);
    add(answering.atMs, { kind: 'answer', personNo: answering.personNo, text: say(texts.afterAnswers) });
    resolve(answering.personNo, pick.between(2, 60));
  }
}

/** Most service messages get no reply; then the life has no conversation of them. */
export function planService(
  pick: Pick,
  life: Life,
  { place, atMs, words }: { place: number; atMs: number; words: Words },
): void {
  const order = words.order!.replace('№ ', '');
  const [template, variables] = pick.one([
    ['orderReady', { order, place: words.street! }],
    ['orderShipped', { order, track: words.track! }],
    ['refundSent', { order, sum: words.sum! }],
  ] as const);
  writeTo(life, place).add(atMs, {
    kind: 'service',
    template,
    variables,
    personNo: pick.chance(0.08) ? pick.between(0, 9) : null,
    end: (['read', 'delivered', 'undelivered'] as const)[pick.weighted([62, 30, 8])]!,
  });
}
