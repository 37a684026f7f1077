namespace Trunkline.Telephony.Spandsp;

/// <summary>
/// What the completion codes of the T.30 engine (spandsp's t30_err_e) mean, in a sentence for people. spandsp says in its own words which message of
/// T.30 was missing; these say what that comes to. The page docs/reference/outcomes.md lists both.
/// </summary>
internal static class T30Codes
{
    /// <summary>The code after the last that spandsp has words for.</summary>
    public const int End = 62;

    /// <summary>No memory: a fault of this machine.</summary>
    public const int NoMemory = 47;

    /// <summary>True when the file of pages could not be read: another call would meet the same.</summary>
    public static bool IsBadFile(int code) => code is >= 41 and <= 46;

    /// <summary>The sentence; one that says nothing for a code that is not known.</summary>
    public static string Meaning(int code) => code switch
    {
        0 => "All went well.",
        1 => "The answering tone did not end: no fax machine, or a stuck one.",
        2 => "Nothing was heard from a fax machine.",
        3 => "No fax machine gave its first message in time.",
        4 => "A person was to take the call, and nobody did.",
        5 => "A signal of the far end did not end; the line or its gateway holds it.",
        6 => "The line is too poor for every rate that both ends know.",
        7 => "The far end asked for its operator, and nobody came.",
        8 => "The two machines have no way of transfer in common.",
        9 => "The far end answers as a fax machine and takes no pages: out of paper, out of memory, or not allowed.",
        10 => "The far end has nothing to send.",
        11 => "The far end takes no pages of this resolution.",
        12 => "The far end takes no pages of this size.",
        13 => "The far end said something that belongs elsewhere.",
        14 => "The far end did not answer the training as it should; the line is poor, or it is no fax machine.",
        15 => "The far end hung up after a page instead of confirming it.",
        16 => "The far end answered a page with error correction wrongly.",
        17 => "The far end hung up before it said what it can do.",
        18 => "The far end answered a page with something unexpected.",
        19 => "The far end began with something other than what it can do.",
        20 => "The far end did not answer the training: the line is poor, or its gateway passes no data.",
        21 => "The far end did not answer after a page.",
        22 => "The far end was busy with a page for too long.",
        23 => "The sender answered wrongly within error correction.",
        24 => "Both ends want to send.",
        25 => "The sender said something unexpected after a page.",
        26 => "The signal was lost within a page.",
        27 => "No line of the page came in time.",
        28 => "No page came in time.",
        29 => "The sender did not say goodbye.",
        30 => "The sender went silent after a page.",
        31 => "The sender went silent before a page.",
        32 => "The sender went silent before the next page.",
        33 => "The sender went silent within error correction.",
        34 => "The sender went silent before it said what it sends.",
        35 => "The sender hung up before it said what it sends.",
        36 => "The sender hung up in place of a page.",
        37 => "The sender hung up at the end of a page.",
        38 => "The sender hung up between two pages.",
        39 => "The sender hung up within error correction.",
        40 => "The sender hung up when a page was to be sent again.",
        41 => "The file of the pages cannot be opened.",
        42 => "The file has no such page.",
        43 => "The file is none of fax pages.",
        44 => "The file does not number its pages.",
        45 => "The file contradicts itself.",
        46 => "The file's beginning is damaged.",
        47 => "This machine has no memory left.",
        48 => "Every repetition was used up: one end does not hear the other.",
        49 => "The connection ended before the transfer did.",
        50 => "The far end gives no pages away.",
        51 => "Our identification is not accepted.",
        52 => "The sub-address is not accepted.",
        53 => "The address to poll is not accepted.",
        54 => "The sub-address to poll is not accepted.",
        55 => "The sender's identification is not accepted.",
        56 => "The password is not accepted.",
        57 => "The sender's Internet address is not accepted.",
        58 => "The routing address is not accepted.",
        59 => "The caller's Internet address is not accepted.",
        60 => "The Internet address to poll is not accepted.",
        61 => "The called Internet address is not accepted.",
        _ => "The fax engine gave a reason that is not known.",
    };
}
