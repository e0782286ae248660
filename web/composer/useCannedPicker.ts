/**
 * When the list of canned answers is open, and where a chosen one goes. A `/` at the beginning of a line opens it, and
 * so does the button. Escape closes it until another `/` is typed.
 */
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { ChosenAnswer, PickerKeys } from '../cannedAnswers/lazyPicker.ts';
import { slashAt } from './slash.ts';

export interface CannedPickerDeps {
  textRef: RefObject<HTMLTextAreaElement | null>;
  text: string;
  isOff: boolean;
  onInsert: (text: string, chosen: ChosenAnswer) => void;
}

export function useCannedPicker({ textRef, text, isOff, onInsert }: CannedPickerDeps) {
  const listId = useId();
  const [caret, setCaret] = useState(0);
  const [isAsked, setIsAsked] = useState(false);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const [activeId, setActiveId] = useState<string>();
  const keys = useRef<PickerKeys>(null);
  const selectAfter = useSelectAfter(textRef, text);
  const slash = isOff ? null : slashAt(text, caret);
  const openSlash = slash !== null && slash.start !== closedAt ? slash : null;
  const isOpen = !isOff && (isAsked || openSlash !== null);

  const slashStart = slash?.start ?? null;
  const leave = useCallback(() => {
    setIsAsked(false);
    setClosedAt(slashStart);
  }, [slashStart]);
  const close = () => {
    leave();
    textRef.current?.focus();
  };

  const onChoose = (chosen: ChosenAnswer) => {
    const area = textRef.current;
    // A search that was begun in the field is replaced, also when the button was pressed after it.
    const start = slash?.start ?? area?.selectionStart ?? text.length;
    const end = slash?.end ?? area?.selectionEnd ?? start;
    const [place] = chosen.places;
    const placeAt = place === undefined ? -1 : chosen.text.indexOf(place);
    const selected = placeAt === -1 ? chosen.text.length : placeAt;
    selectAfter(start + selected, start + selected + (placeAt === -1 ? 0 : (place?.length ?? 0)));
    onInsert(text.slice(0, start) + chosen.text + text.slice(end), chosen);
    setIsAsked(false);
    setCaret(start + selected);
  };

  return {
    isOpen,
    toggle: () => (isOpen ? close() : setIsAsked(true)),
    /** Call with the text and the caret after each change of either. */
    moved: (next: string, at: number) => {
      setCaret(at);
      if (slashAt(next, at) === null) setClosedAt(null);
    },
    /** True when the key was for the list. */
    onKeyDown: (event: KeyboardEvent): boolean => {
      if (!isOpen) return false;
      if (keys.current) return keys.current(event);
      // The list is still loading: half a search must not go to the client.
      if (event.key !== 'Escape' && event.key !== 'Enter') return false;
      if (event.key === 'Escape') close();
      event.preventDefault();
      return true;
    },
    picker: {
      listId,
      query: isAsked ? null : (openSlash?.query ?? ''),
      keys,
      onActive: setActiveId,
      onChoose,
      onClose: close,
      onLeave: leave,
    },
    /** Only while the field itself drives the list. */
    fieldProps:
      isOpen && !isAsked
        ? ({
            'aria-autocomplete': 'list',
            'aria-controls': listId,
            'aria-activedescendant': activeId,
          } as const)
        : {},
  };
}

/** Selects a part of the next text, once it is in the field. */
function useSelectAfter(
  ref: RefObject<HTMLTextAreaElement | null>,
  text: string,
): (start: number, end: number) => void {
  const wanted = useRef<[number, number] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text that was waited for
  useLayoutEffect(() => {
    if (!wanted.current || !ref.current) return;
    ref.current.focus();
    ref.current.setSelectionRange(...wanted.current);
    wanted.current = null;
  }, [ref, text]);
  return (start, end) => {
    wanted.current = [start, end];
  };
}
