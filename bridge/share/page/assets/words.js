// Every sentence of the page, in French and in English. {name} is filled in. French has its no-break spaces.

export const WORDS = {
  fr: {
    title: "Fichiers partagés avec vous",
    from: "{from} vous transmet :",
    sender: "{from} vous transmet des fichiers.",
    elsewhere: "{date}, heure de la collectivité",
    loading: "Ouverture du lien…",
    openedOne: "Le lien est ouvert : 1 fichier.",
    opened: "Le lien est ouvert : {count} fichiers.",
    mended: "L’adresse de ce lien avait été modifiée en chemin, sans doute par un filtre de messagerie. Elle a été rétablie. Ce filtre et notre serveur ont pu lire le lien : prévenez la personne qui vous l’a envoyé si son contenu est sensible.",
    passwordLabel: "Mot de passe",
    passwordHelp: "Ce lien est protégé. Le mot de passe vous a été donné séparément.",
    openButton: "Ouvrir",
    reveal: "Afficher le mot de passe",
    wrongPassword: "Ce mot de passe n’est pas le bon. Essais restants avant une pause : {left}.",
    wrongPasswordLocked: "Ce mot de passe n’est pas le bon. Trop d’essais : ce lien n’en accepte plus pour l’instant. Réessayez dans {wait}.",
    locked: "Trop de mots de passe erronés : ce lien n’en accepte plus pour l’instant. Réessayez dans {wait}.",
    later: "Trop de demandes pour l’instant. Réessayez dans {wait}.",
    laterForGood: "Trop de mots de passe erronés : ce lien est bloqué. Demandez-en un nouveau à la personne qui vous l’a envoyé.",
    listLabel: "Fichiers",
    save: "Enregistrer",
    saveNamed: "Enregistrer {name}",
    saveAll: "Tout enregistrer",
    stop: "Arrêter",
    stopped: "Arrêté. Rien d’incomplet n’a été gardé.",
    saving: "{name} : {percent} %",
    waiting: "La connexion est coupée ; nouvelle tentative…",
    saved: "✔ {name} est enregistré, entier et vérifié.",
    savedHere: "✔ Enregistré, entier et vérifié.",
    savedAll: "✔ Tout est enregistré, entier et vérifié.",
    burnt: "✔ Tout est enregistré, entier et vérifié. Ce lien ne servait qu’une fois : les fichiers viennent d’être supprimés du serveur.",
    leftNone: "C’était le dernier téléchargement. S’il a échoué, vous pouvez le refaire dans cet onglet pendant une journée.",
    leftNoneMany: "C’était le dernier téléchargement. Dans cet onglet, vous pouvez encore enregistrer tous les fichiers pendant une journée.",
    leftOne: "Vous pouvez encore télécharger ce fichier une fois.",
    leftOneMany: "Vous pouvez encore télécharger ces fichiers une fois : vous avez ensuite une journée pour les enregistrer tous.",
    left: "Vous pouvez encore télécharger ce fichier {left} fois.",
    leftMany: "Vous pouvez encore télécharger ces fichiers {left} fois ; à chaque fois, vous avez une journée pour les enregistrer tous.",
    burnLeft: "Ce lien ne sert qu’une fois : après l’enregistrement, les fichiers sont supprimés du serveur.",
    expires: "Disponible jusqu’au {date}.",
    clean: "Analysé par l’antivirus de la collectivité : rien trouvé.",
    unscanned: "Non analysé par un antivirus.",
    size: "Taille : {size}",
    explain: "Qui peut lire ces fichiers ?",
    explainText: "Les fichiers sont chiffrés. La clé se trouve dans l’adresse de cette page, après le signe #, et votre navigateur ne l’envoie pas : le serveur qui garde les fichiers ne peut ni les lire, ni connaître leurs noms. Qui possède l’adresse complète (et le mot de passe, s’il y en a un) peut les ouvrir. L’assistant de la collectivité, membre du salon d’où ils viennent, les a lus pour les partager. Et comme pour toute page, il faut faire confiance au serveur qui vous la donne, au moment où il vous la donne.",
    report: "Un fichier vous semble dangereux ? Ne l’ouvrez pas et prévenez la collectivité qui vous l’envoie.",
    language: "English",
    damaged: "Ce lien est abîmé : une partie de l’adresse manque ou a été modifiée en chemin. Demandez qu’on vous le renvoie, ou copiez l’adresse entière.",
    unknown: "Ce lien n’existe pas, ou n’existe plus depuis longtemps. Vérifiez l’adresse.",
    expired: "Ce lien n’est plus disponible : sa date est passée. Demandez-en un nouveau à la personne qui vous l’a envoyé.",
    exhausted: "Tous les téléchargements prévus pour ce lien ont été faits. Demandez à la personne qui vous l’a envoyé d’en ajouter un.",
    spent: "Ce téléchargement a été interrompu et repris trop de fois : le serveur l’a arrêté. Rien d’incomplet n’a été gardé. Vous pouvez recommencer ; cela compte pour un téléchargement de plus.",
    spentLast: "Ce téléchargement a été interrompu et repris trop de fois : le serveur l’a arrêté, et c’était le dernier. Rien d’incomplet n’a été gardé. Demandez à la personne qui vous a envoyé le lien d’en ajouter un.",
    revoked: "Ce lien a été retiré : ses fichiers ne sont plus disponibles. Si vous en avez encore besoin, demandez un nouveau lien à la personne qui vous l’a envoyé.",
    burntBefore: "Ce lien ne servait qu’une fois et il a déjà servi : les fichiers ont été supprimés.",
    altered: "Le fichier reçu n’est pas celui qui a été envoyé : il a été altéré. Rien n’a été enregistré. Réessayez ; si cela se répète, prévenez la personne qui vous a envoyé le lien.",
    network: "La connexion au serveur est coupée. Vérifiez votre réseau, puis réessayez ; ce qui manque sera repris.",
    server: "Le serveur a un problème en ce moment. Le lien n’est pas en cause : réessayez dans quelques minutes.",
    newer: "Ce lien vient d’une version plus récente. Rechargez la page.",
    tooLarge: "Ce navigateur, ou cette fenêtre privée, ne peut pas enregistrer un fichier de plus de {most}. Ouvrez le lien dans une fenêtre ordinaire, ou avec un autre navigateur.",
    disk: "Le fichier n’a pas pu être écrit : la place manque peut-être sur cet ordinateur.",
    cancelled: "L’enregistrement a été annulé.",
    old: "Ce navigateur est trop ancien pour ouvrir ce lien. Mettez-le à jour, ou prenez-en un autre.",
    retry: "Réessayer",
    minutes: "{count} min",
    seconds: "{count} s",
    byte: "octet",
    units: ["octets", "ko", "Mo", "Go", "To"],
  },
  en: {
    title: "Files shared with you",
    from: "{from} sends you:",
    sender: "{from} sends you files.",
    elsewhere: "{date}, the local authority’s time",
    loading: "Opening the link…",
    openedOne: "The link is open: 1 file.",
    opened: "The link is open: {count} files.",
    mended: "The address of this link was changed on its way, probably by a mail filter. It has been put right. That filter and our server may have read the link: tell whoever sent it to you if the content is sensitive.",
    passwordLabel: "Password",
    passwordHelp: "This link is protected. You were given the password separately.",
    openButton: "Open",
    reveal: "Show the password",
    wrongPassword: "This is not the right password. Tries left before a pause: {left}.",
    wrongPasswordLocked: "This is not the right password. Too many tries: the link accepts none for now. Try again in {wait}.",
    locked: "Too many wrong passwords: the link accepts none for now. Try again in {wait}.",
    later: "Too many requests for now. Try again in {wait}.",
    laterForGood: "Too many wrong passwords: this link is locked. Ask whoever sent it to you for a new one.",
    listLabel: "Files",
    save: "Save",
    saveNamed: "Save {name}",
    saveAll: "Save all",
    stop: "Stop",
    stopped: "Stopped. Nothing incomplete was kept.",
    saving: "{name}: {percent} %",
    waiting: "The connection is cut; trying again…",
    saved: "✔ {name} is saved, complete and verified.",
    savedHere: "✔ Saved, complete and verified.",
    savedAll: "✔ Everything is saved, complete and verified.",
    burnt: "✔ Everything is saved, complete and verified. This link was for one use: the files have just been deleted from the server.",
    leftNone: "That was the last download. If it failed, you can do it again in this tab for a day.",
    leftNoneMany: "That was the last download. In this tab you can still save all files for a day.",
    leftOne: "You can still download this file once.",
    leftOneMany: "You can still download these files once: you then have a day to save them all.",
    left: "You can still download this file {left} times.",
    leftMany: "You can still download these files {left} times; each time you have a day to save them all.",
    burnLeft: "This link is for one use: once saved, the files are deleted from the server.",
    expires: "Available until {date}.",
    clean: "Checked by the sender’s antivirus: nothing found.",
    unscanned: "Not checked by an antivirus.",
    size: "Size: {size}",
    explain: "Who can read these files?",
    explainText: "The files are encrypted. The key is in the address of this page, behind the # sign, and your browser does not send it: the server that keeps the files can read neither them nor their names. Whoever has the whole address (and the password, if there is one) can open them. The assistant of the local authority, a member of the room that they come from, has read them to share them. And as with any page, you have to trust the server that gives it to you, at the moment when it does.",
    report: "Does a file look dangerous? Do not open it, and tell the local authority that sends it.",
    language: "Français",
    damaged: "This link is damaged: a part of the address is missing or was changed on its way. Ask for it again, or copy the whole address.",
    unknown: "This link does not exist, or has not for a long time. Check the address.",
    expired: "This link is no longer available: its date has passed. Ask whoever sent it to you for a new one.",
    exhausted: "All downloads of this link have been used. Ask whoever sent it to you to add one.",
    spent: "This download was cut off and resumed too many times: the server has stopped it. Nothing incomplete was kept. You can begin again; that counts as one more download.",
    spentLast: "This download was cut off and resumed too many times: the server has stopped it, and it was the last one. Nothing incomplete was kept. Ask whoever sent you the link to add one.",
    revoked: "This link was withdrawn: its files are no longer available. If you still need them, ask whoever sent it to you for a new link.",
    burntBefore: "This link was for one use and has been used: the files have been deleted.",
    altered: "The file received is not the one that was sent: it was altered. Nothing was saved. Try again; if it happens again, tell whoever sent you the link.",
    network: "The connection to the server is cut. Check your network, then try again; what is missing will be resumed.",
    server: "The server has a problem at the moment. It is not the link: try again in a few minutes.",
    newer: "This link comes from a later version. Reload the page.",
    tooLarge: "This browser, or this private window, cannot save a file of more than {most}. Open the link in an ordinary window, or with another browser.",
    disk: "The file could not be written: this computer may lack room.",
    cancelled: "Saving was cancelled.",
    old: "This browser is too old to open this link. Update it, or use another one.",
    retry: "Try again",
    minutes: "{count} min",
    seconds: "{count} s",
    byte: "byte",
    units: ["bytes", "KB", "MB", "GB", "TB"],
  },
};

/** Returns the language for a browser that prefers *languages*: French unless one of ours comes first. */
export function chooseLanguage(languages) {
  for (const language of languages) {
    const short = language.slice(0, 2).toLowerCase();
    if (WORDS[short]) return short;
  }
  return "fr";
}

export function sentence(language, key, values = {}) {
  return WORDS[language][key].replace(/\{(\w+)\}/gu, (_, name) => values[name] ?? "");
}

export function sizeIn(language, bytes) {
  const { units } = WORDS[language];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  // « 0 octet », « 1 octet », and “0 bytes”, “1 byte”.
  const one = unit === 0 && new Intl.PluralRules(language).select(value) === "one";
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: unit ? 1 : 0 }).format(value);
  return `${number}\u00a0${one ? WORDS[language].byte : units[unit]}`;
}

export function waitIn(language, seconds) {
  const key = seconds < 90 ? "seconds" : "minutes";
  return sentence(language, key, { count: seconds < 90 ? seconds : Math.ceil(seconds / 60) });
}

/** Returns the moment *at* in the town's own hours, wherever this browser is: « 6 décembre 2026 à 22 h 59 ». */
export function momentIn(language, at) {
  const moment = new Date(at);
  const zone = document.documentElement.dataset.zone || "Europe/Paris";
  const day = moment.toLocaleDateString(language === "fr" ? "fr" : "en-GB", { dateStyle: "long", timeZone: zone });
  const [hour, minute] = clockIn(moment, zone);
  const french = `${day} à ${Number(hour)}\u00a0h${minute === "00" ? "" : `\u00a0${minute}`}`;
  const date = language === "fr" ? french : `${day} at ${hour}:${minute}`;
  const here = clockIn(moment, undefined).join(":");
  return here === `${hour}:${minute}` ? date : sentence(language, "elsewhere", { date });
}

function clockIn(moment, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).formatToParts(moment);
  return ["hour", "minute"].map((name) => parts.find((part) => part.type === name).value);
}
