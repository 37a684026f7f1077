using MimeKit;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Unit.Tests.Gateway.Broadcasts;

/// <summary>The summary of a broadcast: in whose language, in whose words, and behind which mail.</summary>
public sealed class BroadcastReceiptTests : IAsyncLifetime
{
    private readonly BroadcastRig _rig = new();
    private Broadcast _broadcast = null!;

    public async ValueTask InitializeAsync()
    {
        await _rig.CustomerAsync(c => c with { TimeZone = "Europe/Berlin" });
        var ordered = await _rig.OrderAsync([.. BroadcastRig.Rows(4), .. BroadcastRig.Rows(1)]);
        _broadcast = (await _rig.LookAsync(ordered.Id)).Broadcast with { State = BroadcastState.Ended, Pages = 2, StartedAt = ordered.CreatedAt };
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("en", BroadcastState.Ended, "Broadcast sent to 0 of 4: Hello", "1: the number came before")]
    [InlineData("de-AT", BroadcastState.Ended, "Rundsendung gesendet an 0 von 4: Hello", "1: die Nummer kam schon vor")]
    [InlineData("fr", BroadcastState.Ended, "Diffusion envoyée à 0 sur 4 : Hello", "1 : le numéro figurait déjà")]
    [InlineData("es", BroadcastState.Cancelled, "Difusión cancelada, enviada a 0 de 4: Hello", "1: el número ya figuraba")]
    [InlineData("pt", BroadcastState.Failed, "Difusão NÃO enviada: Hello", "no money")]
    [InlineData("ja", BroadcastState.Ended, "一斉送信 4 件中 0 件送信: Hello", "1 件（番号の重複）")]
    [InlineData("xx", BroadcastState.Failed, "Broadcast NOT sent: Hello", "was not sent: no money")]
    public async Task It_is_in_the_senders_language_and_on_the_customers_clock(string language, BroadcastState state, string subject, string words)
    {
        var mail = await ComposeAsync(_broadcast with { Language = language, State = state, Cause = state == BroadcastState.Failed ? "no money" : "" });
        Assert.Equal(subject, mail.Subject);
        Assert.Contains(words, mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(words, System.Net.WebUtility.HtmlDecode(mail.HtmlBody), StringComparison.Ordinal);
        Assert.Contains("UTC+0", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", mail.TextBody + mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0001', mail.TextBody + mail.HtmlBody);
    }

    [Fact]
    public async Task The_operators_own_words_are_used()
    {
        Assert.Null(await _rig.Texts.SaveAsync(new Response("en", ResponseKind.BroadcastSent, "{{sent}}/{{all}}: {{subject}}", "Dear customer,\n\n{{details}}"), default));
        var mail = await ComposeAsync(_broadcast);
        Assert.Equal("0/4: Hello", mail.Subject);
        Assert.StartsWith("Dear customer,", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stands_behind_the_mail_that_ordered_it()
    {
        var mail = await ComposeAsync(_broadcast);
        Assert.Equal("prices@example.org", mail.InReplyTo);
        Assert.Equal(["older@example.org", "prices@example.org"], mail.References);
    }

    private async Task<MimeMessage> ComposeAsync(Broadcast broadcast)
    {
        var gateway = _rig.Gateway;
        var composer = new BroadcastReceipt(_rig.Store, _rig.Csv, gateway.Customers, _rig.Texts, gateway.Ids, gateway.Clock, Options.Create(gateway.Options));
        var outgoing = await composer.ComposeAsync(new BroadcastReceiptDue(broadcast, false, "<prices@example.org>", ["<older@example.org>"]), default);
        Assert.NotNull(outgoing);
        return MimeMessage.Load(new MemoryStream(outgoing.Content.Inline.ToArray()));
    }
}
