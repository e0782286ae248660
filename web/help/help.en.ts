import type { HelpTexts } from './topics.ts';

export const help: HelpTexts = {
  title: 'Help',
  intro: 'How service messages and clients’ replies work, and where to see and set them up.',
  contents: 'Questions',
  find: 'Find on this page',
  found: (count) => `${count} ${count === 1 ? 'answer' : 'answers'} shown`,
  nothing: 'Nothing found. Try another word.',
  seenIn: 'Where it is:',
  openedBy: {
    agent: 'open to everybody',
    supervisor: 'open to supervisors and administrators',
    administrator: 'open to administrators',
  },
  groups: { messages: 'Messages', limits: 'Limits', general: 'General', desk: 'Conversations' },
  places: {
    inbox: 'Conversations',
    search: 'Search',
    wall: 'Live wall',
    card: 'The client’s card next to a conversation',
    canned: 'Canned answers',
    templates: 'Templates',
    newTemplate: 'New template',
    mailings: 'Campaigns',
    deliveries: 'Deliveries',
    transcripts: 'Transcripts',
    reports: 'Reports',
    breaches: 'Reports → Late answers',
    ratings: 'Reports → Clients’ ratings',
    quality: 'Reports → Quality',
    ownReviews: 'My menu → Reviews of my work',
    criteria: 'Settings → Quality',
    communities: 'Settings → Communities',
    company: 'Settings → Company',
    keys: 'Settings → Keys',
    personalData: 'Settings → Personal data',
  },
  answers: {
    statuses: {
      question: 'What statuses can a message have?',
      text: [
        'While a message waits to be sent, it is “Queued”. Then it has one of five statuses: “Sent”, “Delivered”, “Read”, “Not delivered” or “Expired”. A status only moves forward, and the last three are final.',
        'Open a message under “Deliveries” to see its whole history, each status with its time, and the reason if it was not delivered. What a network reports late or twice stays in the history, marked “already counted”.',
      ],
    },
    'one-way': {
      question: 'Are one-way messages possible?',
      text: [
        'Yes. You choose this in the template. The client sees such a message in the “Notifications” window, apart from the conversation, and cannot reply to it: it opens no conversation and has no text buttons.',
        'Agents see one-way messages in the client’s card under the same name, “Notifications”.',
      ],
    },
    advertising: {
      question: 'Can advertising be sent?',
      text: [
        'Not as a whole message. A template has two fields: the service text, without which it is not accepted for review, and the advertising text. The advertising always comes at the end, after a blank line.',
        'A template made only of variables is not accepted either. The administrator who reviews the template decides the rest.',
      ],
    },
    'any-user': {
      question: 'Can messages be sent to any user of the social network?',
      text: [
        'Yes, a phone number with its country code is enough. The client need not have written to you before. If the phone is not registered in the network, the message becomes “Not delivered” with that reason.',
        'You can send a campaign to a list from a file, a message to one client from the card, or use an API key from your own system.',
      ],
    },
    'service-messages': {
      question: 'What are service messages?',
      text: [
        'They tell clients about what they expect: an order is packed, a courier is on the way, an appointment is confirmed. Each is made from a template and its values; free text cannot be sent this way.',
        'A template goes from draft to review, is approved or rejected with a reason, and ends in the archive. Only approved templates are sent. An edit makes a new version, and a sent message keeps the version it was made from.',
      ],
    },
    'read-in-vk': {
      question: 'Can clients’ replies be read in VK’s own messages?',
      text: [
        'Yes. Replies come here, into conversations, and stay in the community’s messages as well. Your reply is sent on behalf of the community and can be seen there; what an administrator writes in VK itself appears here once.',
        'The service message that a client replies to stands above the reply. If it could not be identified, the client’s card says that the phone is unknown; it is linked manually there.',
      ],
    },
    'how-many': {
      question: 'How many messages can be sent to one client?',
      text: [
        'From one community, five in any 24 hours, counted separately in VK and OK. The sixth is rejected, with the time when the next one is possible. Messages not delivered or expired do not count, nor do agents’ replies.',
        'Only a bank can have this limit lifted: an administrator marks it in the company settings, and the log keeps a record.',
      ],
    },
    characters: {
      question: 'How many characters may a message have?',
      text: [
        '2,048 including its values and the advertising. A plain emoji is one character, one made of others (a family, a flag) is several.',
        'The template editor counts as you write and shows the worst case: the length with every value at its longest. A message that is too long will not be sent.',
      ],
    },
    images: {
      question: 'What limits do images have?',
      text: [
        'The file’s content is checked, not its name. If an image does not fit, the editor names the rule, the actual value and the limit.',
      ],
      points: [
        'up to 5 images in a template;',
        'JPEG only;',
        'a file of up to 50 MB;',
        'width plus height up to 14,000 pixels;',
        'an aspect ratio of at most 1:20.',
      ],
    },
    buttons: {
      question: 'How many buttons may a template have?',
      text: [
        'Up to six, text buttons and links in any combination. The preview shows their order on a phone.',
      ],
    },
    following: {
      question: 'Must the client follow the company’s community?',
      text: [
        'No: following is not required and not checked. Only clients themselves can prevent delivery, by blocking messages from the community; then “Deliveries” shows that reason.',
      ],
    },
    security: {
      question: 'How is the transfer of data protected?',
      text: [
        'The company’s systems send only over HTTPS, and each request is signed with a key by OAuth 1.0. Administrators create and revoke keys. The system talks to the networks only over HTTPS too.',
        'Any process may stop at any moment: no accepted message is lost or sent twice. To keep working meanwhile, run several processes with one database of several nodes.',
        'For 152-FZ and 242-FZ: phones are stored encrypted and masked for agents, a log keeps who opened cards and changed data, one client’s data can be exported and erased, and retention periods can be set. Nothing is sent to third parties; the company decides where the database and its copies are kept.',
        'Names, texts and files are encrypted not by the system itself but by the disk or the database. Administrators can see in the personal data settings whether they are. If they are not, or it is not known, the person who runs the system can do the following:',
      ],
      points: [
        'Without a separate database: move the data folder to a disk encrypted with LUKS; the system checks this itself. Temporary files and swap must be on such a disk too.',
        'With MongoDB: turn on encryption in MongoDB Enterprise or Percona Server, and give the system the role clusterMonitor so that it can check this; or encrypt the disks of all nodes.',
        'If a cloud or the drive itself encrypts the data, or the disk belongs to the database server: confirm it with the setting STORAGE_ENCRYPTED=declared. The page then says so: declared encrypted.',
        'With the setting REQUIRE_ENCRYPTED_STORAGE=on the system does not start with unencrypted storage.',
      ],
    },
    ttl: {
      question: 'Can a TTL be used?',
      text: [
        'Yes, from 15 seconds to 24 hours. The usual value is set in the template, and your system can give another one when it sends.',
        'A message not delivered in time becomes “Expired”, is not sent later, and does not count towards the five in 24 hours, unless it arrived late or the network never confirmed that it received it.',
      ],
    },
    'sending-images': {
      question: 'Can images be sent?',
      text: [
        'In a service message, only images that are part of its template and were reviewed with it. A separate image cannot be sent to one client this way: such a request is rejected.',
        'Once a client has replied and a conversation is open, an agent can attach a file to a reply: that is no longer a service message.',
      ],
    },
    'sending-buttons': {
      question: 'Can buttons be sent?',
      text: [
        'Yes, of two kinds. A text button sends its label as the client’s reply, and it is clear which message it replies to. A link button opens a page; its address must be https and can contain template variables.',
      ],
    },
    'whose-phone': {
      question: 'How do I know that the phone still belongs to the client?',
      text: [
        'Every six months the network asks people to confirm their phone by SMS. When sending, you can require a confirmed phone: if the network says that it has not been confirmed for a long time or now belongs to somebody else, the message becomes “Not delivered” with that reason and does not reach a stranger.',
        'The client’s card shows when a network last confirmed the phone. If the phone now belongs to another person, the system remembers this and does not ask the network again for a day.',
      ],
    },
    sender: {
      question: 'Who is the sender of a message?',
      text: [
        'Your company’s community. There is one in each network; an administrator connects them.',
        'Networks are used in order, usually VK and then OK: the next one if the previous one did not deliver the message and there is time left. The order is set in the template or when sending.',
      ],
    },
    'seen-by-administrator': {
      question: 'Does the community’s administrator see outgoing messages in the community’s messages?',
      text: [
        'Yes, but only after the client has replied. Until then a message is under “Deliveries” and not in any conversation.',
        'The first reply opens one conversation, which shows in order all the service messages sent to this client before.',
      ],
    },
    canned: {
      question: 'How do I insert a canned answer quickly?',
      text: [
        'In the answer field, type “/” at the beginning of a line and a word of the name or the text, in any form; a wrong keyboard layout does not matter. Arrows choose, Enter inserts, Esc closes the list. With the mouse, press the bookmark at the left of the field.',
        'The client’s name, your name and a greeting for the time of day are filled in. The program does not know the order number: words in braces stay in its place, selected already, so just type. If you forget, the answer is held until you fill the place or press “Send as it is”.',
        'Supervisors and administrators keep the shared answers. Everybody keeps their own, which nobody else sees. Do not write clients’ data into canned answers: erasing a client does not change these texts.',
      ],
      points: [
        'A folder appears with its first answer and disappears with its last one.',
        '“Used” is how many sent answers were made of it. The number follows within a few seconds.',
        'Download the answers as CSV, correct them in a spreadsheet and import them again: an answer of the same name is replaced.',
        'When a person is switched off, their own answers stay, and are theirs again when they are switched on.',
      ],
    },
    'not-sent': {
      question: 'What happens to my reply when the connection is lost?',
      text: [
        'It stays in the conversation, marked “Not sent”, and is sent by itself when the connection is back: once, and in the order of writing. The conversation is marked in the list, and so is the title of the tab. You may reload the page.',
        'A reply older than an hour is not sent by itself, because the conversation may have moved on. You can send, edit or delete it. If your session ends, the text goes back into the field where it was written, for its writer alone.',
      ],
    },
    snoozed: {
      question: 'Where does a snoozed conversation go?',
      text: [
        'It leaves the list and waits under “Snoozed”. At its time it comes back on top, waiting for an answer, and its assignee gets a notice; for an unassigned conversation everybody does.',
        'If the client writes earlier, it comes back at once.',
      ],
    },
    unread: {
      question: 'What is unread, and what waits for an answer?',
      text: [
        'Waiting is the same for the whole team: the client has written and nobody has answered yet. A conversation waits until somebody answers or resolves it. Notes, service messages and another assignee change nothing. The numbers on the tabs are about this. The tab “Waiting” is a queue: the client who has waited longest is first.',
        'Unread is your own: messages without an answer that you have not seen. When a colleague opens the conversation, nothing changes for you.',
        'A supervisor looks at conversations unnoticed: the client sees no read mark, and colleagues do not see that it is open. To change this, use “Mark as read when I open” in your own menu.',
      ],
    },
    search: {
      question: 'How do I find what we told a client?',
      text: [
        'Press “/” or Ctrl+K and type words. They are found in any form and any order: “refunds” finds “refund” too. Put an exact phrase in quotes. A client is found by a part of the name or by the last digits of the phone, four at least.',
        'Results come the newest first, with the found words marked. With “Exact matches first”, those come first in which the words stand side by side as you typed them. Press a message, and its conversation opens there. You may send the address of the search to a colleague, who sees what they may see.',
        'The filter “Answered” finds clients’ messages that were answered within an hour, later than that, or not at all, and who answered them. The time goes by the clock, nights and weekends included: targets in working time are in the reports. To search one client’s messages, press “Search this client’s messages” in the client’s card.',
      ],
    },
    history: {
      question: 'How do I see who did what in a conversation?',
      text: [
        'Supervisors see it beside the conversation, under “Events”: who opened it, answered, edited, changed labels, assignee and status, and who sent a service message: a person, a key or a campaign. It also shows how long the client waited for the first answer and for the resolution, anew after each time they come back. The switch “Events” above the thread shows these changes in their places.',
        'To see everything with a client, in all communities and networks that you may see, press “Full history of the client” in the client’s card.',
      ],
    },
    transcripts: {
      question: 'How do I export a transcript?',
      text: [
        'A supervisor can export one conversation from the client’s card, several by selecting them in the list, or all that a search found: as an HTML page, which reads and prints well, an Excel table or CSV. Notes for colleagues are in the file only if this is ticked.',
        'The file is made by itself: you may close the page, and “Transcripts” shows its progress. It is kept for a day. The export stops if your rights end meanwhile, and goes without the data of an erased client. Each one is recorded in the audit and in the register of personal data.',
        'To print an open conversation, use your browser’s print: only the thread is on paper.',
      ],
    },
    wall: {
      question: 'What does the live wall show?',
      text: [
        'The wall updates itself every second or two, and shows your own communities only. A figure leads to the conversations that it counts. The key F opens it in full screen; for a TV, open the address /wall?full=true.',
        'What waits and how long is as in the list of conversations: without snoozed and resolved ones, by the clock and not in working time. “Late now” is as in the list of late answers: by the targets and the company’s calendar, snoozed ones included. “New today” counts what clients began today by the company’s time, also those whose earlier question was resolved.',
      ],
      points: [
        'Online: the person has the program open and has used it in the last five minutes. Away: it is open, and nobody uses it.',
        'Open: conversations assigned to the person that are neither resolved nor snoozed.',
        'Answered in an hour: answers to clients in the last 60 to 65 minutes. Service messages, notes and answers written in the network itself do not count.',
        'Lag: since when messages of the network may not have arrived. A dash: all are here.',
        'Queued: answers and service messages whose time has come and that the network has not accepted yet.',
        'When the connection to the server is lost, the wall says of what time its figures are. “2,000+” means at least so many.',
      ],
    },
    late: {
      question: 'When is an answer late?',
      text: [
        'An administrator sets the targets of the first answer, of later answers and of the resolution, for the company or one community, in minutes of working time. Nights, weekends and holidays do not count: a message that comes in the evening counts from the morning. Until the first answer only its target counts. If a client writes after the resolution, the time begins anew.',
        'The list of conversations shows what is left, and a row warns before it is late. “Late answers” shows who waits longer than the target now, and who was answered late. A changed target holds at once for those who wait; what is over is not counted again.',
      ],
    },
    reports: {
      question: 'What do the reports count?',
      text: [
        'Clients’ messages, answers and resolutions by day and hour, first answer and resolution times, reopened and late cases, and replies to service messages: for any period of up to a year, beside the same period before. A report is about the company, a community, a person, a label or a template, and each table can be downloaded as CSV.',
      ],
      points: [
        'Times are working time. Median: half of the answers are faster, half are slower.',
        'An answer is what a person wrote. Service messages, notes, the question for a rating and a bot’s answers do not count.',
        'The first answer is the one to the first message of a case. A case ends when the conversation is resolved.',
        'A person who was assigned and never answered does not enter an average.',
        'A label counts what is written while the conversation has it.',
      ],
    },
    ratings: {
      question: 'When is a client asked for a rating, and whose rating is it?',
      text: [
        'After a conversation is resolved, the client gets a question with five buttons, if an administrator switched this on for the community. One client is asked at most once a week, only within the sending hours, and only if nothing has happened in the conversation since. A client who cannot be written to is not asked, and a question that the network refused is not sent again.',
        'The rating belongs to the person who resolved the conversation. The client may press another button: the last one counts. This does not reopen the conversation. What the client writes within half an hour after the rating is the comment; it waits for an answer like any other message.',
        'Supervisors see the ratings in the reports: how many clients were asked and answered, the average by community, person and label, and the ratings with their comments.',
      ],
    },
    quality: {
      question: 'How do I review the quality of answers?',
      text: [
        'An administrator sets up to ten criteria, such as “Said hello” or “Solved the problem”. A supervisor draws a sample: random resolved conversations of a period, of one community, person or label if you like. Each has the same chance to be drawn, and your own are left out. A sample is yours alone, can be added to, and is kept for a year.',
        'Open a conversation of the sample: beside the thread are marks from 1 to 5 for each criterion, and a comment. The person who resolved the conversation is reviewed. You can change your review, and the audit keeps that; another supervisor may add their own. “Quality” shows averages by person and by week.',
        'A criterion that is not needed any more is archived, and its marks stay. A comment is erased with the client’s data or after its retention period; the marks stay.',
      ],
    },
    'own-reviews': {
      question: 'Where do I see how my work was reviewed?',
      text: [
        'Open “Reviews of my work” in your own menu: all reviews of your conversations with their marks, the comment and the reviewer’s name. They are also beside the conversation, under “Quality”. An agent does not see reviews of others; supervisors and administrators see those of their communities.',
        'Clients’ ratings are another thing: the client gives them after the resolution, and they stand in the thread.',
      ],
    },
    'not-resolved': {
      question: 'Why was the conversation not resolved?',
      text: [
        'The client wrote while you were pressing “Resolve”, or a new message of theirs was below your screen. So that no question is closed unread, the conversation stays open and that message is shown. Read it and resolve again. The same goes for “Wait for the client” and “Snooze”.',
      ],
    },
  },
};
