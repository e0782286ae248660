/** Figures as people read them. */
import type { ReportFigures } from '../../shared/schemas/report.ts';

/** 40 s, 12 min, 3 h 20 min. Working days differ in length, so hours are not turned into days. */
export function spanText(ms: number | null, locale: string): string {
  if (ms === null) return '–';
  const unit = (value: number, name: 'second' | 'minute' | 'hour') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return unit(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return unit(minutes, 'minute');
  const rest = minutes % 60;
  const hours = unit(Math.floor(minutes / 60), 'hour');
  return rest === 0 ? hours : `${hours} ${unit(rest, 'minute')}`;
}

/** A whole percentage; a dash where there is nothing to divide by. */
export function shareText(part: number, whole: number | null, locale: string): string {
  if (!whole) return '–';
  return (part / whole).toLocaleString(locale, { style: 'percent' });
}

/** 4.67; a dash without marks. */
function markText(average: number | null, locale: string): string {
  return average === null ? '–' : average.toLocaleString(locale, { maximumFractionDigits: 2 });
}

export const figureNames = [
  'replies',
  'answers',
  'firstAnswerMedian',
  'firstAnswerP90',
  'resolved',
  'reopened',
  'resolutionMedian',
  'resolutionP90',
  'messagesPerResolution',
  'waitsOutside',
  'late',
  'serviceAnswered',
  'markAverage',
  'asked',
  'ratedShare',
] as const;
export type FigureName = (typeof figureNames)[number];

const ofNoLabel: readonly string[] = ['serviceAnswered', 'asked'];

/** Figures that are known of one person, one label or one template. */
export const figuresOf = {
  all: figureNames.filter((name) => name !== 'asked'),
  person: [
    'answers',
    'firstAnswerMedian',
    'firstAnswerP90',
    'resolved',
    'reopened',
    'resolutionMedian',
    'resolutionP90',
    'messagesPerResolution',
    'late',
    'markAverage',
    'ratedShare',
  ],
  label: figureNames.filter((name) => !ofNoLabel.includes(name)),
  template: ['serviceAnswered'],
} as const satisfies Record<string, readonly FigureName[]>;

export function figureText(figures: ReportFigures, name: FigureName, locale: string): string {
  const number = (value: number) => value.toLocaleString(locale, { maximumFractionDigits: 1 });
  switch (name) {
    case 'firstAnswerMedian':
      return spanText(figures.firstAnswerMedianMs, locale);
    case 'firstAnswerP90':
      return spanText(figures.firstAnswerP90Ms, locale);
    case 'resolutionMedian':
      return spanText(figures.resolutionMedianMs, locale);
    case 'resolutionP90':
      return spanText(figures.resolutionP90Ms, locale);
    case 'messagesPerResolution':
      return figures.messagesPerResolution === null ? '–' : number(figures.messagesPerResolution);
    case 'waitsOutside':
      return shareText(figures.waitsOutside, figures.waits, locale);
    case 'late':
      return number(figures.firstAnswerLate + figures.nextAnswerLate + figures.resolutionLate);
    case 'markAverage':
      return markText(figures.markAverage, locale);
    case 'ratedShare':
      return shareText(figures.rated, figures.asked, locale);
    case 'serviceAnswered':
      return shareText(figures.serviceAnswered, figures.serviceSent, locale);
    default:
      return number(figures[name]);
  }
}
