import type { HelpWords } from './topics.ts';

export const help: HelpWords = {
  title: 'Help',
  intro: 'How service messages and clients’ answers work, and where each of it is seen or set.',
  contents: 'Questions',
  find: 'Find on this page',
  found: (count) => `${count} ${count === 1 ? 'answer' : 'answers'} shown`,
  nothing: 'There is no such thing here. Try another word.',
  seenIn: 'Where it is:',
  openedBy: {
    agent: 'open to everybody',
    supervisor: 'opened by supervisors and administrators',
    administrator: 'opened by administrators',
  },
  groups: { messages: 'Messages', limits: 'Limits', general: 'General' },
  places: {
    inbox: 'Conversations',
    card: 'The client’s card beside a conversation',
    templates: 'Templates',
    newTemplate: 'New template',
    mailings: 'Campaigns',
    deliveries: 'Deliveries',
    communities: 'Settings → Communities',
    company: 'Settings → Company',
    keys: 'Settings → Keys',
    personalData: 'Settings → Personal data',
  },
  answers: {
    statuses: {
      question: 'Which statuses can a message have?',
      text: [
        'While it waits it is “Queued”. Then it is one of five: “Sent”, “Delivered”, “Read”, “Undelivered” or “Expired”. A status only moves forward, and the last three end it.',
        'Open a message under deliveries: its whole history is there, each step with its time, and the reason in words where it did not arrive. What a network told late or twice stays in the history and changes nothing.',
      ],
    },
    'one-way': {
      question: 'Are one-way messages possible?',
      text: [
        'Yes. The template says which way it goes. The client sees such a message in the “Notifications” window, apart from the dialogue, and cannot answer it: it opens no conversation and has no text buttons.',
        'Agents see one-way messages in the client’s card under the same name, “Notifications”.',
      ],
    },
    advertising: {
      question: 'Can advertising be sent?',
      text: [
        'Not as a whole message. A template has two fields: the service text, without which it is not taken for review, and an advertising line. That line always comes last, after a blank one.',
        'A template made of variables alone is refused too. The rest is for the administrator who reviews it.',
      ],
    },
    'any-user': {
      question: 'Can any user of the social network be written to?',
      text: [
        'Yes: a phone with its country’s code is enough. The client need not have written to you before. If the network does not know the phone, the message ends “Undelivered” with that reason.',
        'Send to a list from a file, to one client from the card, or from a program of yours with a key.',
      ],
    },
    'service-messages': {
      question: 'What are service messages?',
      text: [
        'They tell clients of what they expect: an order is packed, a courier is on the way, an appointment is confirmed. Each is made of a template and its values; free text cannot be sent this way.',
        'A template goes from draft to review, is approved or rejected with a reason, and ends in the archive. Only approved ones are sent. An edit makes a new version, and a message remembers the version it was made of.',
      ],
    },
    'read-in-vk': {
      question: 'Can clients’ answers be read in VK’s own messages?',
      text: [
        'Yes. Answers come here, into conversations, and stay in the community’s messages as well. What you answer goes out as the community and is seen there; what an administrator writes in VK itself appears here once.',
        'The service message that a client answers stands above the answer. Where it could not be told, the conversation is marked, and the phone is tied by hand in the card.',
      ],
    },
    'how-many': {
      question: 'How many messages may one client get?',
      text: [
        'From one community five in any 24 hours, counted apart in VK and in OK. The sixth is refused and told when the next is possible. What was not delivered or has expired does not count, nor do agents’ answers.',
        'Only a bank can be freed of it: an administrator marks that in the company’s settings, and the mark stays in the log.',
      ],
    },
    characters: {
      question: 'How many characters may a message have?',
      text: [
        '2,048 with its values and the advertising line. A plain emoji is one character, one made of others (a family, a flag) is several.',
        'The template editor counts as you write and shows the worst case: the length with every value at its longest. A message that is too long is not sent.',
      ],
    },
    images: {
      question: 'What limits do images have?',
      text: [
        'What counts is the file’s content, not its name. Where a picture does not fit, the editor names the rule and both numbers.',
      ],
      points: [
        'up to 5 pictures in a template;',
        'JPEG only;',
        'a file of up to 50 MB;',
        'width plus height up to 14,000 pixels;',
        'the longer side at most 20 times the shorter.',
      ],
    },
    buttons: {
      question: 'How many buttons may a template have?',
      text: [
        'Up to six, text buttons and links in any mixture. The preview shows how they stand on a phone.',
      ],
    },
    following: {
      question: 'Must the client follow the company’s community?',
      text: [
        'No: nobody asks or checks. Only clients themselves can prevent it, by forbidding the community to write; then deliveries show that reason.',
      ],
    },
    security: {
      question: 'How is the transfer of data protected?',
      text: [
        'The company’s programs send over HTTPS alone, each request signed with a key by OAuth 1.0. Administrators make keys and take them back. The desk speaks to the networks over HTTPS only.',
        'Any process may stop at any moment: no accepted message is lost or sent twice. For work to go on meanwhile, several processes run over one database of several nodes.',
        'For 152-FZ and 242-FZ: phones are stored encrypted and masked for agents, who opened a card and who changed it is kept, one client’s data can be exported and erased, and storage has its periods. Nothing is sent to third parties; where the database and its copies stand is the company’s choice.',
        'Names, texts and files are encrypted not by the desk itself but by the disk or the database under it. Administrators see in the settings of personal data whether they are. When they are not, or it is not known, whoever runs the desk can do this:',
      ],
      points: [
        'Without a database of its own: move the data folder to a disk encrypted with LUKS; the desk sees that itself. Temporary files and swap belong on such a disk too.',
        'With MongoDB: turn on encryption in MongoDB Enterprise or Percona Server, and give the desk the role clusterMonitor so that it may ask; or encrypt the disks of all nodes.',
        'Where a cloud or the drive itself encrypts, or the disk is the database server’s: confirm it with the setting STORAGE_ENCRYPTED=declared. The page then says so: declared by the operator.',
        'With the setting REQUIRE_ENCRYPTED_STORAGE=on the desk does not start over open storage.',
      ],
    },
    ttl: {
      question: 'Can a TTL be used?',
      text: [
        'Yes, from 15 seconds to 24 hours. The usual one is set in the template, and a program may name another when it sends.',
        'What was not delivered in time is “Expired”, is not sent later, and does not count towards the five a day.',
      ],
    },
    'sending-images': {
      question: 'Can images be sent?',
      text: [
        'In a service message only those that are part of its template and were reviewed with it. A picture for one client cannot be sent this way: a request with one is refused.',
        'Once a client has answered, an agent may attach a file to an answer: that is a conversation.',
      ],
    },
    'sending-buttons': {
      question: 'Can buttons be sent?',
      text: [
        'Yes, of two kinds. A text button sends its label as the client’s answer, and it is clear which message was answered. A link opens a page; its address is https and may hold the template’s variables.',
      ],
    },
    'whose-phone': {
      question: 'How do I know that the phone is still the client’s?',
      text: [
        'Every half year the network asks people to confirm their phone by SMS. A send may ask for a confirmed one: where the network says that it was not confirmed for long, or belongs to somebody else now, the message ends “Undelivered” with that reason and reaches no stranger.',
        'The client’s card says when a network last vouched for the phone. A phone that has moved is remembered, and the network is not asked again for a day.',
      ],
    },
    sender: {
      question: 'Who does the message come from?',
      text: [
        'From your company’s community. There is one in each network; an administrator connects them.',
        'Networks are tried in order, usually VK and then OK: the next when the one before did not deliver and time is left. The template or the send names the order.',
      ],
    },
    'seen-by-administrator': {
      question: 'Does the community’s administrator see outgoing messages in the community’s messages?',
      text: [
        'Yes, but only once the client has answered. Until then a message is under deliveries and in no conversation.',
        'The first answer opens one conversation, where all service messages sent to this client before stand in their order.',
      ],
    },
  },
};
