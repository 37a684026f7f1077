using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Web;

public sealed class MessageOperationEndpointsTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_message_is_held_released_and_cancelled_by_its_customer()
    {
        var (_, messages) = await AcceptAsync("+12025550100");
        Assert.Equal("onHold", await OperateAsync(messages[0], "hold"));
        Assert.Equal("pending", await OperateAsync(messages[0], "release"));
        var (status, problem) = await _rig.PostAsync($"/v1/messages/{messages[0]}/release", "", _rig.Alice);
        Assert.Equal((HttpStatusCode.Conflict, "It is not on hold."), (status, problem.GetProperty("detail").GetString()));
        Assert.Equal("cancelled", await OperateAsync(messages[0], "cancel"));
    }

    [Fact]
    public async Task What_is_anothers_does_not_exist()
    {
        var (submission, messages) = await AcceptAsync("+12025550100");
        foreach (var id in new[] { submission, messages[0] })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await _rig.PostAsync($"/v1/messages/{id}/cancel", "", _rig.Bob)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await _rig.PostAsync($"/v1/messages/{id}/resend", "{}", _rig.Bob)).Status);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.PostAsync("/v1/messages/rubbish/cancel", "")).Status);
        // An operator may.
        Assert.Equal(HttpStatusCode.OK, (await _rig.PostAsync($"/v1/messages/{submission}/cancel", "")).Status);
    }

    [Fact]
    public async Task A_submission_stands_for_all_its_messages_and_each_has_its_answer()
    {
        var (submission, messages) = await AcceptAsync("+12025550100", "+12025550101");
        await OperateAsync(messages[0], "cancel");
        var (status, answer) = await _rig.PostAsync($"/v1/messages/{submission}/hold", "", _rig.Alice);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["refused", "done"], answer.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("result").GetString()));
    }

    [Fact]
    public async Task What_is_sent_again_counts_as_a_message_of_the_hour()
    {
        var (_, messages) = await AcceptAsync("+12025550100");
        await OperateAsync(messages[0], "cancel");
        await _rig.SendAsync(HttpMethod.Patch, "/v1/customers/11", ApiRig.OperatorKey, ApiRig.Json("""{"limits":{"hourMessages":1}}"""));
        Assert.Equal(HttpStatusCode.Accepted, (await _rig.PostAsync($"/v1/messages/{messages[0]}/resend", "{}", _rig.Alice)).Status);
        foreach (var key in new[] { _rig.Alice, ApiRig.OperatorKey })
        {
            var (status, problem) = await _rig.PostAsync($"/v1/messages/{messages[0]}/resend", "{}", key);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("may send 1 messages an hour", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        _rig.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.Accepted, (await _rig.PostAsync($"/v1/messages/{messages[0]}/resend", "{}", _rig.Alice)).Status);
    }

    [Fact]
    public async Task Priority_and_time_are_changed_together_or_alone()
    {
        var (_, messages) = await AcceptAsync("+12025550100");
        var (status, _) = await PatchAsync(messages[0], """{"priority":"high","at":"2026-11-24T08:00:00Z"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var claimed = Assert.Single(await _rig.Get<IQueueStore>().ClaimAsync(Lane.Prepare, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 10, CancellationToken.None));
        Assert.Equal((Priority.High, new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero)), (claimed.Priority, claimed.ExpiresAt));
        Assert.Equal(HttpStatusCode.BadRequest, (await PatchAsync(messages[0], "{}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PatchAsync(messages[0], """{"priority":"urgent"}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PatchAsync(messages[0], """{"at":"2036-11-24T08:00:00Z"}""")).Status);
    }

    [Fact]
    public async Task What_has_ended_is_sent_again()
    {
        var (_, messages) = await AcceptAsync("+12025550100");
        Assert.Equal(HttpStatusCode.Conflict, (await _rig.PostAsync($"/v1/messages/{messages[0]}/resend", "{}", _rig.Alice)).Status);
        await OperateAsync(messages[0], "cancel");
        var (status, again) = await _rig.PostAsync($"/v1/messages/{messages[0]}/resend", "{}", _rig.Alice);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.NotEqual(messages[0].ToString(), Assert.Single(again.GetProperty("messages").EnumerateArray()).GetString());
        Assert.Equal("onHold", await OperateAsync(MessageId.TryParse(again.GetProperty("messages")[0].GetString(), out var id) ? id : default, "hold"));
    }

    private async Task<string?> OperateAsync(MessageId id, string verb)
    {
        var (status, answer) = await _rig.PostAsync($"/v1/messages/{id}/{verb}", "", _rig.Alice);
        Assert.Equal(HttpStatusCode.OK, status);
        var message = Assert.Single(answer.GetProperty("messages").EnumerateArray());
        Assert.Equal(("done", id.ToString()), (message.GetProperty("result").GetString(), message.GetProperty("id").GetString()));
        return message.GetProperty("status").GetString();
    }

    private Task<(HttpStatusCode Status, JsonElement Json)> PatchAsync(MessageId id, string json) =>
        _rig.SendAsync(HttpMethod.Patch, $"/v1/messages/{id}", _rig.Alice, ApiRig.Json(json));

    /// <summary>A submission of Alice's.</summary>
    private async Task<(MessageId Submission, IReadOnlyList<MessageId> Messages)> AcceptAsync(params string[] numbers)
    {
        var ids = _rig.Get<MessageIdSource>();
        var text = Encoding.UTF8.GetBytes("Hello");
        var submission = new NewSubmission
        {
            Id = ids.Next(),
            CustomerKey = 11,
            ReceivedAt = _rig.Clock.GetUtcNow(),
            Source = "smtp",
            RemoteAddress = "127.0.0.1",
            EnvelopeFrom = "alice@example.org",
            Subject = "Hello",
            MailMessageId = null,
            References = [],
            IsAutomatic = false,
            Size = 5,
            Headers = "Subject: Hello\r\n"u8.ToArray(),
            Fragments = [new NewFragment("the text of the mail", "text/plain", "utf-8", true, new MailContent(text.Length, SHA256.HashData(text), text, null))],
            Messages = [.. numbers.Select(n => new NewMessage
            {
                Id = ids.Next(),
                Type = MessageType.Fax,
                ToAddress = n + "@fax.localhost",
                Destination = PhoneNumber.TryParse(n, "US", out var number) ? number : throw new ArgumentException(n),
                Priority = Priority.Medium,
                Resolution = FaxResolution.Fine,
                ExpiryDuration = TimeSpan.FromHours(24),
                Language = "en",
            })],
        };
        await _rig.Get<IIntakeStore>().AcceptAsync(submission, CancellationToken.None);
        return (submission.Id, [.. submission.Messages.Select(m => m.Id)]);
    }
}
