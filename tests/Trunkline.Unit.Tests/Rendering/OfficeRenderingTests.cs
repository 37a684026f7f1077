using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core.Documents;
using Trunkline.Rendering;
using Trunkline.Rendering.Sandbox;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class OfficeRenderingTests
{
    private const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    private const string Words = "Seventeen umbrellas for the harbour office";

    [Theory]
    [InlineData("docx", Docx)]
    [InlineData("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    [InlineData("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation")]
    [InlineData("odt", "application/vnd.oasis.opendocument.text")]
    [InlineData("rtf", "application/rtf")]
    public async Task The_words_of_an_office_document_can_be_read(string extension, string contentType)
    {
        using var bench = await RenderingBench.StartAsync();
        var path = extension switch
        {
            "docx" => bench.Write("order.docx", OfficeFiles.Docx(Words)),
            "xlsx" => bench.Write("order.xlsx", OfficeFiles.Xlsx(Words)),
            "odt" => bench.Write("order.odt", OfficeFiles.Odt(Words)),
            "rtf" => bench.Write("order.rtf", "{\\rtf1\\ansi{\\fonttbl\\f0\\fswiss Helvetica;}\\f0\\fs28 " + Words + ".\\par}"),
            _ => Slides(bench),
        };
        Assert.Equal(new RenderResult.Rendered(1), await bench.RenderAsync(path, contentType));
        if (extension == "pptx")
            RenderingBench.Run("/usr/bin/gm", "convert", bench.In("out.tif"), "-rotate", "90", bench.In("out.tif"));
        Assert.Contains(Words, extension == "pptx"
            ? RenderingBench.Run("/usr/bin/tesseract", bench.In("out.tif"), "-", "--dpi", "204", "--psm", "4") : await bench.ReadAsync(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.Options.WorkDirectory));
    }

    [Fact]
    public async Task A_document_with_a_password_is_refused_in_a_sentence_that_names_it()
    {
        using var bench = await RenderingBench.StartAsync();
        byte[] compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[504], .. Encoding.Unicode.GetBytes("EncryptedPackage")];
        foreach (var (name, type, content) in new[]
        {
            ("secret.docx", Docx, compound), ("secret.doc", "application/msword", compound),
            ("secret.odt", "application/vnd.oasis.opendocument.text", OfficeFiles.Odt("", "<manifest:encryption-data/>")),
        })
            Assert.Equal(new RenderResult.Failed($"\"{name}\" is protected by a password."), await bench.RenderAsync(bench.Write(name, content), type));
    }

    [Fact]
    public async Task A_broken_document_is_refused_and_leaves_nothing()
    {
        using var bench = await RenderingBench.StartAsync();
        var whole = OfficeFiles.Docx(Words);
        foreach (var content in new[] { whole[..(whole.Length / 2)], OfficeFiles.Xlsx(Words), "{\\rtf1 no archive}"u8.ToArray(), OfficeFiles.Docx("<w:t>unclosed") })
        {
            Assert.Equal(new RenderResult.Failed("\"plan.docx\" is damaged or is not a Word document."), await bench.RenderAsync(bench.Write("plan.docx", content), Docx));
        }

        Assert.False(File.Exists(bench.In("out.tif")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.Options.WorkDirectory));
    }

    [Fact]
    public async Task A_bomb_is_refused_before_it_is_unpacked()
    {
        using var bench = await RenderingBench.StartAsync(o => o with { MaxUnpackedBytes = 2_000_000 });
        var bomb = OfficeFiles.Docx(Words, ("word/media/image1.png", new byte[3_000_000]));
        Assert.InRange(bomb.Length, 0, 10_000);
        Assert.Equal(new RenderResult.Failed("\"plan.docx\" would unpack to more than 2 MB."), await bench.RenderAsync(bench.Write("plan.docx", bomb), Docx));
    }

    [Fact]
    public async Task A_document_whose_program_is_missing_fails_with_what_to_do()
    {
        using var bench = await RenderingBench.StartAsync();
        var confinement = await SandboxProbe.FindAsync(bench.Options, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        using var renderer = new FaxRenderer(
            bench.Options, confinement, TimeProvider.System, NullLogger<FaxRenderer>.Instance, new ConverterProgram("/usr/lib/nowhere/office", "an-office"));
        var failed = Assert.IsType<RenderResult.Failed>(await renderer.RenderAsync(
            new FaxDocument("plan.docx", Docx, null, bench.Write("plan.docx", OfficeFiles.Docx(Words))), FaxPageFormat.Default, bench.In("out.tif"), TestContext.Current.CancellationToken));
        Assert.True(failed.MayPass);
        Assert.Equal("\"plan.docx\" cannot be converted here, since a program is missing: office is not installed. Install the Debian package an-office. Or send it as PDF.", failed.Cause);
    }

    private static string Slides(RenderingBench bench)
    {
        var flat = bench.Write("order.fodp", OfficeFiles.FlatSlide(Words));
        RenderingBench.Run("/usr/lib/libreoffice/program/oosplash", "--headless", "--norestore", $"-env:UserInstallation=file://{bench.In("profile")}", "--convert-to", "pptx",
            "--outdir", Path.GetDirectoryName(flat)!, flat);
        return bench.In("order.pptx");
    }
}
