/** The words of the templates' screens in English. */
export const templateWordsEn = {
  'error.templateNotFound': 'the template was not found',
  'error.templateNameTaken': 'there is a template of this name already',
  'error.templateChanged': 'somebody changed the template meanwhile: open it anew',
  'error.templateNotNow': 'a template in this state cannot do this',
  'error.templateHasProblems': 'the template breaks rules',
  'error.imageRefused': 'the image does not fit',
};
