/** A bot's keyboard: under a message when it is inline, under the composer otherwise. */
import type { KeyboardButtonView, KeyboardView } from '../../shared/sandbox.ts';
import styles from './chat.module.css';
import { LinkButton } from './LinkButton.tsx';
import { useLabels } from './labels.ts';

interface PhoneKeyboardProps {
  keyboard: KeyboardView;
  onPress: (row: number, column: number) => void;
}

export function PhoneKeyboard({ keyboard, onPress }: PhoneKeyboardProps) {
  const say = useLabels();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and carry no meaning here
    <div
      className={keyboard.inline ? styles.inlineKeyboard : styles.keyboard}
      role="group"
      aria-label={say('chat.keyboard')}
    >
      {keyboard.buttons.map((row, rowIndex) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows and buttons are known by their place
        <div key={rowIndex} className={styles.keyboardRow}>
          {row.map((button, column) => (
            <KeyboardButton
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              key={column}
              button={button}
              onPress={() => onPress(rowIndex, column)}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function KeyboardButton({ button, onPress }: { button: KeyboardButtonView; onPress: () => void }) {
  const { action, color = 'default' } = button;
  const label = action.label ?? action.type;
  if (action.type === 'open_link') {
    return <LinkButton label={label} link={action.link ?? ''} />;
  }
  return (
    <button type="button" className={styles.keyboardButton} data-color={color} onClick={onPress}>
      {label}
    </button>
  );
}
