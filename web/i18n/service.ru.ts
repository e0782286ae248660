/** Texts of service messages in threads in Russian. */
export const texts = {
  'list.withdrawn': 'больше не показывается',
  'service.status.queued': 'В очереди',
  'service.status.sent': 'Отправлено',
  'service.status.delivered': 'Доставлено',
  'service.status.read': 'Прочитано',
  'service.status.undelivered': 'Не доставлено',
  'service.status.expired': 'Просрочено',
  'service.buttons': 'Кнопки, которые видел клиент',
  'service.details': 'Шаблон и переменные',
  'service.details.template': 'Шаблон',
  'service.details.version': 'версия {{version}}',
  'service.details.noVariables': 'Переменных нет',
  'service.withdrawn':
    'Больше не показывается: связь клиента с номером, на который ушло это сообщение, отменена',
  'service.toEntry': 'Показать сообщение, на которое ответил клиент',
  'service.pressed': 'Нажата кнопка',
  'service.answers.button': 'Клиент нажал кнопку этого сообщения',
  'service.answers.tag': 'Соцсеть сообщила, что это ответ на него',
  'service.answers.quote': 'Клиент процитировал это сообщение',
  'service.answers.bond': 'Последнее сообщение на номер клиента перед ответом',
  'service.answers.history': 'Сообщение найдено в истории диалога в соцсети',
};
