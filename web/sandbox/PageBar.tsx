/** The bar above the phones: the community, the network's switch, faults, language and colours. */
import {
  Icon24Add,
  Icon24BugOutline,
  Icon28MoonOutline,
  Icon28SmartphoneOutline,
  Icon28SunOutline,
} from '@vkontakte/icons';
import { Button, Counter, IconButton, NativeSelect } from '@vkontakte/vkui';
import type { CommunityView } from '../../shared/sandbox.ts';
import { callControl } from './controlClient.ts';
import { countFaults } from './countFaults.ts';
import { LabelledSwitch } from './LabelledSwitch.tsx';
import { useLabels } from './labels.ts';
import styles from './page.module.css';
import type { SandboxState } from './sandboxStore.ts';

interface PageBarProps {
  state: SandboxState;
  community: CommunityView | undefined;
  colours: 'light' | 'dark';
  openPanel: 'faults' | 'add' | null;
  onPanel: (panel: 'faults' | 'add') => void;
  onLanguage: () => void;
  onColours: () => void;
  onCommunity: (groupId: number) => void;
}

export function PageBar(props: PageBarProps) {
  const { state, community, colours, openPanel, onPanel, onLanguage, onColours, onCommunity } = props;
  const say = useLabels();
  const isNetworkOn = !state.faults?.networkOff;
  const faultsOn = state.faults ? countFaults(state.faults) : 0;
  return (
    <header className={styles.bar}>
      <div className={styles.brand}>
        <Icon28SmartphoneOutline />
        <div>
          <h1 className={styles.title}>{say('page.title')}</h1>
          {community && <p className={styles.lead}>{say('page.lead', { name: community.name })}</p>}
        </div>
      </div>
      {state.communities.length > 1 && (
        <NativeSelect
          slotProps={{ select: { 'aria-label': say('page.community') } }}
          value={String(state.groupId)}
          onChange={(event) => onCommunity(Number(event.target.value))}
        >
          {state.communities.map(({ groupId, name }) => (
            <option key={groupId} value={groupId}>
              {name}
            </option>
          ))}
        </NativeSelect>
      )}
      <div className={styles.tools}>
        <LabelledSwitch
          className={styles.network}
          label={say('page.network')}
          isOn={isNetworkOn}
          isDisabled={!state.faults}
          onChange={(isOn) => void callControl('setFaults', { networkOff: !isOn })}
        />
        <Button
          mode={openPanel === 'faults' ? 'primary' : 'secondary'}
          before={<Icon24BugOutline />}
          size="m"
          aria-expanded={openPanel === 'faults'}
          aria-label={faultsOn > 0 ? say('page.faultsOn', { count: faultsOn }) : undefined}
          after={
            faultsOn > 0 ? (
              <Counter size="s" mode="primary" appearance="accent-red">
                {faultsOn}
              </Counter>
            ) : undefined
          }
          onClick={() => onPanel('faults')}
        >
          {say('page.faults')}
        </Button>
        <Button
          mode={openPanel === 'add' ? 'primary' : 'secondary'}
          before={<Icon24Add />}
          size="m"
          aria-expanded={openPanel === 'add'}
          onClick={() => onPanel('add')}
        >
          {say('page.addPhone')}
        </Button>
        <Button mode="tertiary" size="m" onClick={onLanguage} lang={say('page.otherLanguageCode')}>
          {say('page.otherLanguage')}
        </Button>
        <IconButton label={say('page.theme')} onClick={onColours}>
          {colours === 'light' ? <Icon28MoonOutline /> : <Icon28SunOutline />}
        </IconButton>
      </div>
    </header>
  );
}
