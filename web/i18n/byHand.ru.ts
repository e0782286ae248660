/** Texts for sending a template from a client's card, in Russian. */
export const texts = {
  'byHand.title': 'Сервисные сообщения за 24 часа',
  'byHand.left': 'осталось {{left}} из 5',
  'byHand.next': 'следующее — {{at}}',
  'byHand.unlimited': 'Без ограничений: компания — банк',
  'byHand.noPhone': 'Чтобы отправить шаблон, свяжите клиента с номером',
  'byHand.send': 'Отправить шаблон',
  'byHand.dialog': 'Шаблон для клиента: {{name}}',
  'byHand.noTemplates': 'Одобренных шаблонов нет. Создать шаблон можно в разделе «Шаблоны»',
  'byHand.notApproved': 'Этот шаблон больше нельзя отправить',
  'byHand.example': '{{type}}, например: {{example}}',
  'byHand.ttl': 'Сколько ждать доставки',
  'byHand.ttl.usual': 'Как в шаблоне: {{time}}',
  'byHand.length': '{{now}} из {{limit}} символов',
  'byHand.submit': 'Отправить',
  'byHand.sent': 'Сообщение в очереди на отправку',
  'byHand.quotaSpent': 'Клиенту уже отправлено 5 сообщений за 24 часа. Следующее можно отправить {{at}}',
};
