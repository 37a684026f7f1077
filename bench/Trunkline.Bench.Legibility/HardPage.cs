namespace Trunkline.Bench.Legibility;

/// <summary>A page that is hard to fax.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Paper">As CSS writes it.</param>
/// <param name="Html">What stands on it; its words are what a reader must find again.</param>
/// <param name="Language">Of tesseract.</param>
internal sealed record HardPage(string Name, string Paper, string Html, string Language = "eng");
