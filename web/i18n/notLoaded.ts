/** The page shown when no texts could be loaded: a message in both languages, and a button to try again. */
export function showNotLoaded(root: HTMLElement): void {
  const box = document.createElement('main');
  box.style.cssText = 'padding:48px 16px;text-align:center;font-family:sans-serif';
  box.setAttribute('role', 'alert');
  box.append(
    paragraph('ru', 'Страница не загрузилась. Проверьте соединение и обновите её.'),
    paragraph('en', 'The page did not load. Check the connection and reload it.'),
  );
  const again = document.createElement('button');
  again.textContent = 'Обновить · Reload';
  again.addEventListener('click', () => window.location.reload());
  box.append(again);
  root.replaceChildren(box);
}

function paragraph(language: 'ru' | 'en', text: string): HTMLElement {
  const line = document.createElement('p');
  line.lang = language;
  line.textContent = text;
  return line;
}
