/**
 * The list of canned answers above the composer. After a `/` the field keeps the focus and passes its keys on; opened by
 * the button, the list has a search field of its own. The listbox pattern of ARIA: the focus stays in the field, which
 * names the active option.
 */
import { useQuery } from '@tanstack/react-query';
import { Button, VisuallyHidden } from '@vkontakte/vkui';
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { type FilledText, fillCannedText, toShownText } from '../../shared/cannedText.ts';
import type { CannedAnswerView } from '../../shared/schemas/cannedAnswer.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import styles from './CannedPicker.module.css';
import { cannedQuery } from './cannedData.ts';
import { cannedValues } from './cannedValues.ts';
import { createCannedIndex } from './matchCanned.ts';
import { useCannedContext } from './useCannedContext.ts';

/** More are not drawn: nobody reads on, and each press would draw them again. */
const SHOWN_MAX = 50;

export interface ChosenAnswer extends FilledText {
  id: string;
}

/** Handles a key of the composer's field; true when it was for the list. */
export type PickerKeys = (event: KeyboardEvent) => boolean;

export interface CannedPickerProps {
  listId: string;
  /** What follows the `/`; null when the list was opened by the button. */
  query: string | null;
  clientName: string;
  keys: RefObject<PickerKeys | null>;
  onActive: (optionId: string | undefined) => void;
  onChoose: (chosen: ChosenAnswer) => void;
  onClose: () => void;
  /** Something else was pressed: the focus goes there. */
  onLeave: () => void;
}

export function CannedPicker({ listId, query, clientName, keys, ...on }: CannedPickerProps) {
  const { t, language } = useTranslation();
  const context = useCannedContext();
  const messageOf = useErrorMessages();
  const { data, error, refetch } = useQuery(cannedQuery);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState({ query: '', index: 0 });
  const rootRef = useRef<HTMLDivElement>(null);
  const asked = query ?? typed;
  const index = useMemo(
    () => data && createCannedIndex(data, (text) => toShownText(text, language)),
    [data, language],
  );
  const all = useMemo(() => index?.find(asked) ?? [], [index, asked]);
  const found = all.slice(0, SHOWN_MAX);
  // Another query starts at its best answer again.
  const activeAt = at.query === asked ? Math.min(at.index, found.length - 1) : 0;
  const active = found[activeAt];
  const activeId = active && optionId(listId, active);

  useLeaving(rootRef, { staysIn: query === null ? OWN : OWN_OR_FIELD, onLeave: on.onLeave });
  useEffect(() => {
    on.onActive(activeId);
    if (activeId) document.getElementById(activeId)?.scrollIntoView?.({ block: 'nearest' });
    return () => on.onActive(undefined);
  }, [activeId, on.onActive]);

  const choose = (answer: CannedAnswerView) => {
    const values = cannedValues(answer.text, { ...context, clientName, nowMs: Date.now() });
    on.onChoose({ id: answer.id, ...fillCannedText(answer.text, values, language) });
  };
  const handle: PickerKeys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0)
      setAt({ query: asked, index: (activeAt + step + found.length) % found.length });
    else if (event.key === 'Escape') on.onClose();
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && active) choose(active);
    // Half a search must not go to the client; with Ctrl it is meant.
    else if (!(event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey)) return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  useEffect(() => {
    keys.current = handle;
    return () => {
      keys.current = null;
    };
  });

  const isNone = data?.length === 0;
  return (
    <div ref={rootRef} className={styles.picker}>
      {query === null && (
        <SearchField
          listId={listId}
          activeId={activeId}
          value={typed}
          onChange={setTyped}
          onKeyDown={handle}
        />
      )}
      <VisuallyHidden role="status">
        {data && !isNone && t('canned.found', { count: all.length })}
      </VisuallyHidden>
      {!data && !error && <p className={styles.note}>{t('common.loading')}</p>}
      {!data && error && (
        <p className={styles.note} role="alert">
          {t('canned.failed')}: {messageOf(error)}{' '}
          <Button size="s" mode="tertiary" onClick={() => void refetch()}>
            {t('common.retry')}
          </Button>
        </p>
      )}
      {data && found.length === 0 && (
        <p className={styles.note}>{t(isNone ? 'canned.none' : 'canned.nothing')}</p>
      )}
      {/* Always there: the field names it. */}
      <div id={listId} role="listbox" aria-label={t('nav.canned')} className={styles.list} hidden={!active}>
        {found.map((answer) => (
          <div
            key={answer.id}
            id={optionId(listId, answer)}
            role="option"
            aria-selected={answer === active}
            tabIndex={-1}
            className={styles.option}
            // The field keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(answer)}
            onKeyDown={handle}
          >
            <span className={styles.head}>
              <bdi className={styles.name}>{answer.name}</bdi>
              <span className={styles.faint}>
                {[answer.folder, answer.isShared ? '' : t('canned.own')].filter(Boolean).join(' · ')}
              </span>
            </span>
            <span className={styles.text} dir="auto">
              {toShownText(answer.text, language)}
            </span>
          </div>
        ))}
      </div>
      {found.length > 0 && (
        <p className={styles.foot}>
          {all.length > found.length ? t('canned.more', { count: found.length }) : t('canned.keys')}
        </p>
      )}
    </div>
  );
}

interface SearchFieldProps {
  listId: string;
  activeId: string | undefined;
  value: string;
  onChange: (value: string) => void;
  onKeyDown: PickerKeys;
}

function SearchField({ listId, activeId, value, onChange, onKeyDown }: SearchFieldProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <input
      ref={ref}
      className={styles.search}
      type="text"
      role="combobox"
      aria-expanded={activeId !== undefined}
      aria-controls={listId}
      aria-autocomplete="list"
      aria-activedescendant={activeId}
      aria-label={t('canned.pick')}
      placeholder={t('canned.pick')}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

const optionId = (listId: string, { id }: CannedAnswerView) => `${listId}-${id}`;

/** The button closes the list by itself. */
const OWN = '[data-canned-button]';
const OWN_OR_FIELD = `${OWN}, #composer-text`;

function useLeaving(
  ref: RefObject<HTMLElement | null>,
  { staysIn, onLeave }: { staysIn: string; onLeave: () => void },
): void {
  useEffect(() => {
    const onPress = ({ target }: PointerEvent) => {
      const isOwn = target instanceof Element && target.closest(staysIn) !== null;
      if (!isOwn && !ref.current?.contains(target as Node)) onLeave();
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [ref, staysIn, onLeave]);
}
