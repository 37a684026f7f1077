using System.ComponentModel.DataAnnotations;
using Trunkline.Core.Documents;

namespace Trunkline.Gateway;

/// <summary>How the gateway works; docs/operating/options.md lists every one with its reason.</summary>
public sealed class GatewayOptions
{
    /// <summary>The mail domain that is ours.</summary>
    public string Domain { get; set; } = "localhost";

    /// <summary>This node's name: the owner of what it claims from the queue.</summary>
    public string Node { get; set; } = "node0";

    /// <summary>Where rendered documents are kept.</summary>
    public string RenderedDirectory { get; set; } = "data/rendered";

    /// <summary>A message that was not delivered by then has expired.</summary>
    public TimeSpan Expiry { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How far ahead a message may be scheduled, and how long after that it may expire. A year and a day: who plans farther has mistyped.</summary>
    public TimeSpan MaxScheduleAhead { get; set; } = TimeSpan.FromDays(366);

    /// <summary>The expected time on the line of one voice or video message: an upper limit on what a single mail can cost.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Characters of a page to a number that is no known pager: what a paging terminal takes in one block.</summary>
    [Range(1, 2000)]
    public int PageLength { get; set; } = 240;

    /// <summary>
    /// Pages, faxes and calls that the rules of one customer make within an hour. Strangers' mail makes them and the customer pays, so that there
    /// is an end; what is beyond it is kept in the mailbox.
    /// </summary>
    [Range(0, 100_000)]
    public int MaxRuleMessagesAnHour { get; set; } = 60;

    /// <summary>When numbers are not called, in the recipient's time, for customers that have no quiet hours of their own; empty for no such hours.</summary>
    public string QuietHours { get; set; } = "";

    /// <summary>The paper pages are laid out on.</summary>
    public FaxPaper Paper { get; set; } = FaxPaper.A4;

    /// <summary>The resolution when the sender asks for none.</summary>
    public FaxResolution Resolution { get; set; } = FaxResolution.Fine;

    /// <summary>Pages of one message: an upper limit on what a single mail can cost.</summary>
    [Range(1, 1000)]
    public int MaxPages { get; set; } = 200;

    /// <summary>The head of each page when the customer has none of its own; empty for the domain.</summary>
    public string HeaderLine { get; set; } = "";

    /// <summary>The identification that fax machines see when the customer has none of its own: digits, plus signs and spaces, 20 at most.</summary>
    [RegularExpression("[0-9+ ]{0,20}")]
    public string SourceCsid { get; set; } = "";

    /// <summary>A claim that is not renewed is taken back after this time. Longer than the slowest document takes.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Documents prepared at once; the converters use a core each. 0 on a node that only takes mail in.</summary>
    [Range(0, 64)]
    public int Preparers { get; set; } = 2;

    /// <summary>Cover pages made in one run of the browser: a start costs a second, a page more a tenth, and what goes wrong, goes wrong for all of them.</summary>
    [Range(1, 200)]
    public int CoversAtOnce { get; set; } = 50;

    /// <summary>A resource that was not heard from for this time gets no messages.</summary>
    public TimeSpan ResourceSilence { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often each resource is asked for its state when there is nothing else to say.</summary>
    public TimeSpan ResourceProbe { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a resource may take to answer one exchange.</summary>
    public TimeSpan ExchangeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A message whose receipt has not come after this time is asked for, and again each time as much.</summary>
    public TimeSpan AskInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A resource that did not answer is asked again after this time.</summary>
    public TimeSpan AskAgain { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long past its expiry a message is asked for at a resource that does not answer, before it counts as uncertain. Longer than any call.</summary>
    public TimeSpan AskFor { get; set; } = TimeSpan.FromHours(4);

    /// <summary>The first page as a picture in each receipt. Off where mail is not trusted with what faxes hold.</summary>
    public bool ReceiptPicture { get; set; } = true;

    /// <summary>
    /// Less free space than this in the data directory, and no mail is accepted: room for what was accepted already, its pages and receipts, and
    /// the store's own log.
    /// </summary>
    [Range(0L, long.MaxValue)]
    public long MinFreeBytes { get; set; } = 500_000_000;

    /// <summary>When somebody may be using an account who should not.</summary>
    public Customers.FraudOptions Fraud { get; set; } = new();

    /// <summary>How much a broadcast may be, and how fast it goes.</summary>
    public Broadcasts.BroadcastOptions Broadcast { get; set; } = new();

    /// <summary>How long what has ended is kept.</summary>
    public Retention.RetentionOptions Retention { get; set; } = new();

    /// <summary>How the books are exported.</summary>
    public Billing.BillingOptions Billing { get; set; } = new();

    /// <summary>How those are told who want to know of events.</summary>
    public Webhooks.WebhookOptions Webhooks { get; set; } = new();

    /// <summary>How the resource for a message is chosen.</summary>
    public Routing.RoutingOptions Routing { get; set; } = new();

    /// <summary>When each kind of failure is tried again.</summary>
    public Settling.RetryOptions Retry { get; set; } = new();
}
