/** Questions about service messages with answers, each with links to the screens where it is seen or set. */
import { Link, useRouterState } from '@tanstack/react-router';
import { Search, Spinner } from '@vkontakte/vkui';
import { Suspense, use, useDeferredValue, useEffect, useState } from 'react';
import type { Role } from '../../shared/schemas/person.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import type { Language } from '../i18n/i18n.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useScreenTitle } from '../ui/screenTitle.ts';
import styles from './HelpPage.module.css';
import {
  groups,
  type HelpTexts,
  type HelpTopic,
  isFound,
  mayOpen,
  type Place,
  places,
  topics,
} from './topics.ts';

const loaders: Record<Language, () => Promise<{ help: HelpTexts }>> = {
  ru: () => import('./help.ru.ts'),
  en: () => import('./help.en.ts'),
};
/** Returns the same promise each time, as `use` requires; a failed one is loaded again. */
const loading = new Map<Language, Promise<HelpTexts>>();

function loadTexts(language: Language): Promise<HelpTexts> {
  const known = loading.get(language);
  if (known) return known;
  const texts = loaders[language]().then(({ help }) => help);
  texts.catch(() => loading.delete(language));
  loading.set(language, texts);
  return texts;
}

export function HelpPage() {
  const { t } = useTranslation();
  return (
    <main className={styles.page}>
      <Suspense fallback={<Spinner size="l">{t('common.loading')}</Spinner>}>
        <Help />
      </Suspense>
    </main>
  );
}

function Help() {
  const { language } = useTranslation();
  const { me } = useDeskData();
  const texts = use(loadTexts(language));
  const [search, setSearch] = useState('');
  const deferredSearch = useDeferredValue(search);
  const shown: HelpTopic[] = topics.filter(({ id }) => isFound(texts.answers[id], deferredSearch));
  const hash = useRouterState({ select: (state) => state.location.hash });

  useScreenTitle(texts.title);
  // The texts load after the page, so a reader with an anchor is scrolled to it now.
  useEffect(() => {
    if (hash !== '') document.getElementById(hash)?.scrollIntoView();
  }, [hash]);

  return (
    <div className={styles.inside}>
      <h1 className={styles.title}>{texts.title}</h1>
      <p className={styles.intro}>{texts.intro}</p>
      <Search
        className={styles.search}
        noPadding
        value={search}
        placeholder={texts.find}
        aria-label={texts.find}
        onChange={(event) => setSearch(event.target.value)}
      />
      <p role="status" className={styles.found}>
        {deferredSearch.trim() !== '' && (shown.length > 0 ? texts.found(shown.length) : texts.nothing)}
      </p>
      <Contents texts={texts} shown={shown} />
      {groups.map((group) => {
        const own = shown.filter((topic) => topic.group === group);
        if (own.length === 0) return null;
        return (
          <section key={group} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`} className={styles.group}>
              {texts.groups[group]}
            </h2>
            {own.map((topic) => (
              <AnswerView key={topic.id} topic={topic} texts={texts} role={me.role} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

function Contents({ texts, shown }: { texts: HelpTexts; shown: HelpTopic[] }) {
  if (shown.length === 0) return null;
  return (
    <nav className={styles.contents} aria-label={texts.contents}>
      <ul className={styles.questions}>
        {shown.map(({ id }) => (
          <li key={id}>
            <Link to="/help" hash={id} className={styles.link}>
              {texts.answers[id].question}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function AnswerView({ topic, texts, role }: { topic: HelpTopic; texts: HelpTexts; role: Role }) {
  const { question, text, points } = texts.answers[topic.id];
  return (
    <article id={topic.id} className={styles.answer}>
      <h3 className={styles.question}>{question}</h3>
      {text.map((paragraph) => (
        <p key={paragraph} className={styles.text}>
          {paragraph}
        </p>
      ))}
      {points && (
        <ul className={styles.points}>
          {points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      )}
      <p className={styles.places}>
        {texts.seenIn}{' '}
        {topic.places.map((place, at) => (
          <span key={place}>
            {at > 0 && ', '}
            <PlaceName place={place} texts={texts} role={role} />
          </span>
        ))}
      </p>
    </article>
  );
}

/** A link to a screen, or a text for a reader without access. */
function PlaceName({ place, texts, role }: { place: Place; texts: HelpTexts; role: Role }) {
  const name = texts.places[place];
  const { to, leastRole } = places[place];
  if (!mayOpen(role, place)) return `${name} (${texts.openedBy[leastRole]})`;
  return (
    <Link to={to} className={styles.link}>
      {name}
    </Link>
  );
}
