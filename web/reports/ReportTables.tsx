/** The report by person, label and template. Each name leads to a report about it alone. */
import { Link } from '@tanstack/react-router';
import type { Report, ReportRow } from '../../shared/schemas/report.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import { type FigureName, figureText } from './figureText.ts';
import { ReportTable } from './ReportTable.tsx';
import type { ReportParams } from './reportParams.ts';

const columnsOf = {
  person: [
    'answers',
    'firstAnswerMedian',
    'firstAnswerP90',
    'resolved',
    'reopened',
    'resolutionMedian',
    'late',
    'markAverage',
  ],
  label: ['replies', 'answers', 'firstAnswerMedian', 'resolved', 'resolutionMedian', 'late', 'markAverage'],
  template: ['serviceAnswered'],
} as const satisfies Record<string, readonly FigureName[]>;

export function ReportTables({ report, params }: { report: Report; params: ReportParams }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { people } = useDeskData();
  const nameOf = (personId: string) =>
    people.find((person) => person.id === personId)?.name ??
    t('reports.formerPerson', { id: personId.slice(-6) });
  const linked = (name: string, only: ReportParams) => (
    <Link to="/reports" search={{ ...params, ...only }}>
      <bdi>{name}</bdi>
    </Link>
  );
  const table = (
    subject: keyof typeof columnsOf,
    rows: readonly ReportRow[],
    textOf: (key: string) => string,
  ) => (
    <ReportTable
      title={t(`reports.by.${subject}`)}
      fileName={`${subject}.csv`}
      columns={[
        t(`reports.${subject}`),
        ...(subject === 'template' ? [t('reports.sent'), t('reports.answered')] : []),
        ...columnsOf[subject].map((name) => t(`reports.figure.${name}`)),
      ]}
      rows={rows.map((row) => ({
        key: row.key,
        head: linked(textOf(row.key), { [subject]: row.key }),
        headText: textOf(row.key),
        cells: [
          ...(subject === 'template'
            ? [(row.serviceSent ?? 0).toLocaleString(locale), row.serviceAnswered.toLocaleString(locale)]
            : []),
          ...columnsOf[subject].map((name) => figureText(row, name, locale)),
        ],
      }))}
    />
  );
  return (
    <>
      {table('person', report.people, nameOf)}
      {table('label', report.labels, (label) => label)}
      {table('template', report.templates, (template) => template)}
    </>
  );
}
