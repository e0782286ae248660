/** The words of the templates' screens in Russian. */
export const templateWordsRu = {
  'error.templateNotFound': 'шаблон не найден',
  'error.templateNameTaken': 'шаблон с таким именем уже есть',
  'error.templateChanged': 'шаблон тем временем изменили: откройте его заново',
  'error.templateNotNow': 'с шаблоном в этом состоянии так сделать нельзя',
  'error.templateHasProblems': 'шаблон нарушает правила',
  'error.imageRefused': 'изображение не подходит',
} as const;
