using System.Globalization;

namespace Trunkline.Bench.Legibility;

/// <summary>Words as offices write them, the same each time.</summary>
internal static class Prose
{
    private static readonly string[] Sentences =
    [
        "The supplier shall deliver the goods within fourteen days of the date of the written order.",
        "Any delay that is caused by weather, strikes or customs gives neither party a right to damages.",
        "Payment is due thirty days after the invoice has been received, without deduction of discount.",
        "The buyer examines the delivery at once and reports every visible defect within three working days.",
        "Ownership passes to the buyer only when the whole price, including freight, has been paid in full.",
        "Both parties keep confidential what they learn about prices, methods and customers of the other.",
        "This agreement may be terminated by either side with three months notice to the end of a quarter.",
        "Changes of these terms are valid only when they have been made in writing and signed by both.",
        "The place of jurisdiction for all disputes arising from this contract is the seat of the supplier.",
        "Should one of these clauses be void, the remaining clauses keep their full force and effect.",
        "The warranty covers material and workmanship for twenty four months from the day of acceptance.",
        "Spare parts remain available for at least seven years after production of the model has ended.",
        "Insurance against theft, fire and water is taken out by the party that stores the equipment.",
        "Our technician will visit the branch office on Thursday morning between eight and eleven.",
        "Please return the enclosed form with your signature before the end of the current month.",
        "We thank you for your patience and look forward to continuing our long business relation.",
    ];

    public static string Paragraph(int first, int count) =>
        string.Join(' ', Enumerable.Range(first, count).Select(i => Sentences[((i % Sentences.Length) + Sentences.Length) % Sentences.Length]));

    public static string Paragraphs(int paragraphs, int sentences) =>
        string.Concat(Enumerable.Range(0, paragraphs).Select(p => $"<p>{Paragraph(p * sentences, sentences)}</p>"));

    public static readonly string[] Goods =
        ["umbrella", "galoshes", "raincoat", "lantern", "compass", "thermos", "blanket", "hammock", "whistle", "rucksack", "paddle", "canvas", "kettle", "mallet", "candle", "basket"];

    public static string Amount(int i) => (((i * 7919) % 90000 + 1000) / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}
