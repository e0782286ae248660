/** A chart with a group of columns per hour or day, as wide as the screen. The table serves screen readers. */
import { useLocale } from '../ui/useLocale.ts';
import { type Bucket, statNames } from './hourBuckets.ts';
import styles from './Stats.module.css';

const HEIGHT = 100;
/** Width of one group, in units of the drawing; the drawing is stretched to the width of the screen. */
const GROUP = 10;
const COLUMN = 1.6;
const MARKS_MAX = 6;

export interface HoursChartProps {
  buckets: readonly Bucket[];
  isByDay: boolean;
  label: string;
}

export function HoursChart({ buckets, isByDay, label }: HoursChartProps) {
  const locale = useLocale();
  const highest = niceCeiling(Math.max(...buckets.flatMap(({ counts }) => Object.values(counts))));
  const every = Math.ceil(buckets.length / MARKS_MAX);
  const marks = buckets.filter((_, at) => at % every === 0);
  return (
    <div className={styles.chart}>
      <div className={styles.scale} aria-hidden>
        <span>{highest.toLocaleString(locale)}</span>
        <span>0</span>
      </div>
      <svg
        role="img"
        aria-label={label}
        className={styles.columns}
        viewBox={`0 0 ${buckets.length * GROUP} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {[0, 0.5, 1].map((part) => (
          <line
            key={part}
            className={styles.line}
            x1={0}
            x2={buckets.length * GROUP}
            y1={HEIGHT * part}
            y2={HEIGHT * part}
          />
        ))}
        {buckets.map(({ startMs, counts }, at) => (
          <g key={startMs}>
            <title>{momentOf(startMs, isByDay, locale)}</title>
            {statNames.map((stat, which) => {
              const height = (counts[stat] / highest) * HEIGHT;
              return (
                <rect
                  key={stat}
                  data-stat={stat}
                  x={at * GROUP + 1 + which * COLUMN}
                  y={HEIGHT - height}
                  width={COLUMN}
                  height={height}
                />
              );
            })}
          </g>
        ))}
      </svg>
      <div className={styles.marks} aria-hidden>
        {marks.map(({ startMs }, at) => (
          <span
            key={startMs}
            style={{ flex: `${Math.min(every, buckets.length - at * every)} 1 0`, width: 0 }}
          >
            {momentOf(startMs, isByDay, locale)}
          </span>
        ))}
      </div>
    </div>
  );
}

function momentOf(startMs: number, isByDay: boolean, locale: string): string {
  return new Intl.DateTimeFormat(
    locale,
    isByDay ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' },
  ).format(startMs);
}

/** Rounds up to one of 1, 2, 5, 10, 20… */
function niceCeiling(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most) ?? most;
}
