/** The targets of the company, and of the communities that have their own, as people type them. */
import { Checkbox, FormItem, Input } from '@vkontakte/vkui';
import { useId } from 'react';
import type { CommunityView } from '../../shared/schemas/community.ts';
import {
  type Targets,
  type WorkingTimePatch,
  type WorkingTimeView,
  workingTimeLimits,
} from '../../shared/schemas/workingTime.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './CompanyPage.module.css';

const kinds = ['firstAnswer', 'nextAnswer', 'resolution'] as const;
type Draft = Record<(typeof kinds)[number], string>;

export interface DraftTargets {
  company: Draft;
  /** Only communities with targets of their own. */
  communities: Record<string, Draft>;
}

export function draftsOf({ targets, communityTargets }: WorkingTimeView): DraftTargets {
  return {
    company: draftOf(targets),
    communities: Object.fromEntries(
      Object.entries(communityTargets).map(([communityId, own]) => [communityId, draftOf(own)]),
    ),
  };
}

function draftOf(targets: Targets): Draft {
  const text = (minutes: number | null) => (minutes === null ? '' : String(minutes));
  return {
    firstAnswer: text(targets.firstAnswer),
    nextAnswer: text(targets.nextAnswer),
    resolution: text(targets.resolution),
  };
}

type Translate = ReturnType<typeof useTranslation>['t'];

export type ReadDrafts =
  | { kind: 'read'; changes: Pick<WorkingTimePatch, 'targets' | 'communityTargets'> }
  | { kind: 'wrong'; text(t: Translate): string };

/** The changes, or what is wrong with a field. */
export function readDrafts(drafts: DraftTargets, before: WorkingTimeView): ReadDrafts {
  const company = readDraft(drafts.company);
  const own = Object.entries(drafts.communities).map(([id, draft]) => [id, readDraft(draft)] as const);
  if (company === null || own.some(([, targets]) => targets === null))
    return {
      kind: 'wrong',
      text: (t) => t('company.targets.wrong', { most: String(workingTimeLimits.targetMinutes) }),
    };
  const removed = Object.keys(before.communityTargets).filter((id) => !(id in drafts.communities));
  const changed = own.filter(([id, targets]) => !isSame(targets, before.communityTargets[id]));
  const communityTargets = Object.fromEntries([...changed, ...removed.map((id) => [id, null] as const)]);
  return {
    kind: 'read',
    changes: {
      ...(isSame(company, before.targets) ? {} : { targets: company }),
      ...(Object.keys(communityTargets).length === 0 ? {} : { communityTargets }),
    },
  };
}

function readDraft(draft: Draft): Targets | null {
  const read = kinds.map((kind) => readMinutes(draft[kind]));
  if (read.includes(undefined)) return null;
  const [firstAnswer = null, nextAnswer = null, resolution = null] = read;
  return { firstAnswer, nextAnswer, resolution };
}

/** Null for an empty field, undefined for one that is no target. */
function readMinutes(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const minutes = Number(text);
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= workingTimeLimits.targetMinutes
    ? minutes
    : undefined;
}

function isSame(a: Targets | null, b: Targets | undefined): boolean {
  return a !== null && b !== undefined && kinds.every((kind) => a[kind] === b[kind]);
}

export interface TargetFieldsProps {
  drafts: DraftTargets;
  communities: readonly CommunityView[];
  onChange: (drafts: DraftTargets) => void;
}

export function TargetFields({ drafts, communities, onChange }: TargetFieldsProps) {
  const { t } = useTranslation();
  const setOwn = (communityId: string, own: Draft | null) => {
    const { [communityId]: _dropped, ...others } = drafts.communities;
    onChange({ ...drafts, communities: own ? { ...others, [communityId]: own } : others });
  };
  return (
    <fieldset className={styles.hours}>
      <legend className={styles.legend}>{t('company.targets.title')}</legend>
      <p className={`${styles.faint} ${styles.note}`}>{t('company.targets.about')}</p>
      <TargetRow
        name={t('company.targets.everyone')}
        draft={drafts.company}
        onChange={(company) => onChange({ ...drafts, company })}
      />
      {communities.map(({ id, network, ...community }) => {
        const name = t('list.community.option', { name: community.name, network: t(`network.${network}`) });
        const own = drafts.communities[id];
        return (
          <div key={id}>
            <Checkbox
              checked={own !== undefined}
              onChange={(event) => setOwn(id, event.target.checked ? drafts.company : null)}
            >
              <bdi>{name}</bdi>
              {': '}
              {t('company.targets.own')}
            </Checkbox>
            {own && <TargetRow name={name} draft={own} onChange={(changed) => setOwn(id, changed)} />}
          </div>
        );
      })}
    </fieldset>
  );
}

interface TargetRowProps {
  name: string;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

function TargetRow({ name, draft, onChange }: TargetRowProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={styles.row}>
      {kinds.map((kind) => {
        const target = t(`company.targets.${kind}`);
        return (
          <FormItem key={kind} noPadding top={target} htmlFor={`${id}-${kind}`} className={styles.target}>
            <Input
              id={`${id}-${kind}`}
              inputMode="numeric"
              maxLength={6}
              aria-label={t('company.targets.of', { target, community: name })}
              value={draft[kind]}
              onChange={(event) => onChange({ ...draft, [kind]: event.target.value })}
            />
          </FormItem>
        );
      })}
    </div>
  );
}
