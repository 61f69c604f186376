<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="vi_VN">
  <context>
    <name>AnswerRow</name>
    <message>
      <source>Sửa</source>
      <translation>Change</translation>
    </message>
    <message>
      <source>Sửa: {label}</source>
      <translation>Change: {label}</translation>
    </message>
  </context>
  <context>
    <name>Band</name>
    <message>
      <source>BẢN THỬ - dữ liệu giả</source>
      <translation>TRIAL - invented data</translation>
    </message>
    <message>
      <source>BẢN THỬ</source>
      <translation>TRIAL</translation>
    </message>
  </context>
  <context>
    <name>CardKeyPage</name>
    <message>
      <source>Tiếp tục</source>
      <translation>Continue</translation>
    </message>
    <message>
      <source>Hình thẻ Căn cước, chỗ cần xem được tô đậm</source>
      <translation>Drawing of the ID card with the place to look at marked</translation>
    </message>
    <message>
      <source>Số Căn cước gồm 12 chữ số, ở mặt trước của thẻ. Máy cần sáu số cuối.</source>
      <translation>The ID card number has 12 digits and stands on the front of the card. The machine needs the last six.</translation>
    </message>
    <message>
      <source>Hãy nhập đủ sáu chữ số cuối của số Căn cước.</source>
      <translation>Enter all of the last six digits of the ID card number.</translation>
    </message>
    <message>
      <source>Tôi không có thẻ gắn chip</source>
      <translation>I have no card with a chip</translation>
    </message>
    <message>
      <source>Dùng cả ngày sinh và ngày hết hạn</source>
      <translation>Use birth and expiry dates too</translation>
    </message>
    <message>
      <source>Mã này chưa dùng được. Hãy quét mã QR trên thẻ, hoặc nhập sáu số cuối.</source>
      <translation>This code can't be used. Scan the QR code on the card, or enter the last six digits.</translation>
    </message>
    <message>
      <source>Sáu số cuối</source>
      <translation>Last six digits</translation>
    </message>
    <message>
      <source>Nhập sáu số cuối của thẻ</source>
      <translation>Enter the card's last six digits</translation>
    </message>
  </context>
  <context>
    <name>CardPage</name>
    <message>
      <source>Mở chip</source>
      <translation>Open the chip</translation>
    </message>
    <message>
      <source>Đọc dữ liệu</source>
      <translation>Read the data</translation>
    </message>
    <message>
      <source>Kiểm tra dữ liệu</source>
      <translation>Check the data</translation>
    </message>
    <message>
      <source>Đừng lấy thẻ ra khi máy đang đọc.</source>
      <translation>Leave the card in place while it is read.</translation>
    </message>
    <message>
      <source>Đặt thẻ nằm yên trên mặt đọc có hình sóng.</source>
      <translation>Lay the card flat on the reader with the wave sign and leave it there.</translation>
    </message>
    <message>
      <source>Đặt thẻ Căn cước lên mặt đọc</source>
      <translation>Place your ID card on the reader</translation>
    </message>
    <message>
      <source>{done} trên {total}</source>
      <translation>{done} of {total}</translation>
    </message>
    <message>
      <source>Đang tải ảnh</source>
      <translation>Loading the photo</translation>
    </message>
    <message>
      <source>Tôi không có thẻ gắn chip</source>
      <translation>I have no card with a chip</translation>
    </message>
    <message>
      <source>Đang đọc thẻ của bạn</source>
      <translation>Reading your card</translation>
    </message>
    <message>
      <source>Nhận ra thẻ</source>
      <translation>Find the card</translation>
    </message>
    <message>
      <source>Tải ảnh</source>
      <translation>Load the photo</translation>
    </message>
    <message>
      <source>Đang chờ thẻ… Hãy giữ thẻ nằm yên trên mặt đọc.</source>
      <translation>Waiting for the card… Keep it still on the reader.</translation>
    </message>
    <message>
      <source>Đang nhận ra thẻ</source>
      <translation>Finding the card</translation>
    </message>
    <message>
      <source>Đang mở chip</source>
      <translation>Opening the chip</translation>
    </message>
    <message>
      <source>Đang đọc dữ liệu</source>
      <translation>Reading the data</translation>
    </message>
    <message>
      <source>Đang kiểm tra dữ liệu</source>
      <translation>Checking the data</translation>
    </message>
  </context>
  <context>
    <name>CheckPage</name>
    <message>
      <source>Kiểm tra trước khi nộp</source>
      <translation>Check before you hand in</translation>
    </message>
    <message>
      <source>Nộp hồ sơ</source>
      <translation>Hand in</translation>
    </message>
    <message>
      <source>Người nộp</source>
      <translation>Applicant</translation>
    </message>
    <message>
      <source>Giấy tờ đã quét</source>
      <translation>Scanned papers</translation>
    </message>
    <message numerus="yes">
      <source>%n trang</source>
      <translation>
        <numerusform>%n page</numerusform>
        <numerusform>%n pages</numerusform>
      </translation>
    </message>
    <message>
      <source>(để trống)</source>
      <translation>(left empty)</translation>
    </message>
    <message>
      <source>Trả tại quầy khi được gọi số, không trả tại máy này.</source>
      <translation>To be paid at the counter when your number is called, not at this machine.</translation>
    </message>
    <message>
      <source>Phí: {amount}</source>
      <translation>Fee: {amount}</translation>
    </message>
    <message>
      <source>Dữ liệu trên thẻ và giấy tờ đã quét chỉ dùng để giải quyết hồ sơ này. Màn hình được xóa sạch khi bạn kết thúc.</source>
      <translation>The data on the card and the scanned papers are used only for this application. The screen is wiped when you finish.</translation>
    </message>
  </context>
  <context>
    <name>CitizenWindow</name>
    <message>
      <source>Một Cửa</source>
      <translation>Một Cửa</translation>
    </message>
  </context>
  <context>
    <name>Contact</name>
    <message>
      <source>Tổng đài hỗ trợ: {number}</source>
      <translation>Helpline: {number}</translation>
    </message>
  </context>
  <context>
    <name>Countdown</name>
    <message numerus="yes">
      <source>Còn %n giây</source>
      <translation>
        <numerusform>%n second left</numerusform>
        <numerusform>%n seconds left</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>CoveredCard</name>
    <message>
      <source>Hiện thông tin trong {seconds} giây</source>
      <translation>Show for {seconds} seconds</translation>
    </message>
  </context>
  <context>
    <name>DateFields</name>
    <message>
      <source>Ngày</source>
      <translation>Day</translation>
    </message>
    <message>
      <source>Tháng</source>
      <translation>Month</translation>
    </message>
    <message>
      <source>Năm</source>
      <translation>Year</translation>
    </message>
  </context>
  <context>
    <name>Desk</name>
    <message>
      <source>Điện thoại ở trang ngân hàng</source>
      <translation>Phone at the bank's page</translation>
    </message>
    <message>
      <source>Trả tiền</source>
      <translation>Pay</translation>
    </message>
    <message>
      <source>Trả, báo chậm</source>
      <translation>Pay, told late</translation>
    </message>
    <message>
      <source>Trả thiếu</source>
      <translation>Pay too little</translation>
    </message>
    <message>
      <source>Trả hai lần</source>
      <translation>Pay twice</translation>
    </message>
    <message>
      <source>Từ chối</source>
      <translation>Refuse</translation>
    </message>
    <message numerus="yes">
      <source>Trang thanh toán đang mở: %n</source>
      <translation>
        <numerusform>Payment pages open: %n</numerusform>
        <numerusform>Payment pages open: %n</numerusform>
      </translation>
    </message>
    <message>
      <source>Bàn thử</source>
      <translation>Trial desk</translation>
    </message>
    <message>
      <source>Thẻ Căn cước mẫu</source>
      <translation>Sample ID card</translation>
    </message>
    <message>
      <source>In trên thẻ: {number} · sinh {born} · có giá trị đến {expires}</source>
      <translation>Printed on the card: {number} · born {born} · valid until {expires}</translation>
    </message>
    <message>
      <source>Đã in ra</source>
      <translation>Printed</translation>
    </message>
    <message>
      <source>Lấy thẻ ra khỏi mặt đọc</source>
      <translation>Take the card off the reader</translation>
    </message>
    <message>
      <source>Đặt thẻ lên mặt đọc</source>
      <translation>Put the card on the reader</translation>
    </message>
    <message numerus="yes">
      <source>Trong khay: %n tờ</source>
      <translation>
        <numerusform>In the tray: %n sheet</numerusform>
        <numerusform>In the tray: %n sheets</numerusform>
      </translation>
    </message>
    <message>
      <source>Cắt mạng</source>
      <translation>Cut the network</translation>
    </message>
    <message>
      <source>Nối lại mạng</source>
      <translation>Restore the network</translation>
    </message>
    <message numerus="yes">
      <source>Chờ gửi: %n hồ sơ</source>
      <translation>
        <numerusform>Waiting: %n application</numerusform>
        <numerusform>Waiting: %n applications</numerusform>
      </translation>
    </message>
    <message>
      <source>Máy quét</source>
      <translation>Scanner</translation>
    </message>
    <message numerus="yes">
      <source>Nạp %n tờ</source>
      <translation>
        <numerusform>Load %n sheet</numerusform>
        <numerusform>Load %n sheets</numerusform>
      </translation>
    </message>
    <message>
      <source>Kẹt giấy</source>
      <translation>Paper jam</translation>
    </message>
    <message>
      <source>Mở nắp</source>
      <translation>Cover open</translation>
    </message>
    <message>
      <source>Sửa xong</source>
      <translation>Repaired</translation>
    </message>
    <message>
      <source>Máy in</source>
      <translation>Printers</translation>
    </message>
    <message>
      <source>Mạng</source>
      <translation>Network</translation>
    </message>
    <message>
      <source>Lấy cuộn giấy số ra</source>
      <translation>Take the ticket roll out</translation>
    </message>
    <message>
      <source>Lắp cuộn giấy số vào</source>
      <translation>Put the ticket roll in</translation>
    </message>
    <message>
      <source>Lấy giấy A4 ra</source>
      <translation>Take the A4 paper out</translation>
    </message>
    <message>
      <source>Nạp giấy A4 vào</source>
      <translation>Put A4 paper in</translation>
    </message>
    <message>
      <source>Lần quét tới: bình thường</source>
      <translation>Next scan: normal</translation>
    </message>
    <message>
      <source>Lần quét tới: kẹt giấy</source>
      <translation>Next scan: jam</translation>
    </message>
    <message>
      <source>Lần quét tới: nắp mở</source>
      <translation>Next scan: cover open</translation>
    </message>
    <message>
      <source>Phiếu số</source>
      <translation>Ticket</translation>
    </message>
    <message>
      <source>Giấy tiếp nhận</source>
      <translation>Acceptance slip</translation>
    </message>
    <message>
      <source>Bản in</source>
      <translation>Print</translation>
    </message>
    <message>
      <source>Quét mã QR trên thẻ</source>
      <translation>Scan the card's QR code</translation>
    </message>
    <message>
      <source>Thẻ trong tay: {kind}</source>
      <translation>Card in hand: {kind}</translation>
    </message>
    <message>
      <source>Thẻ tốt</source>
      <translation>Good card</translation>
    </message>
    <message>
      <source>Cần ngày sinh</source>
      <translation>Needs birth date</translation>
    </message>
    <message>
      <source>Nơi cấp lạ</source>
      <translation>Unknown issuer</translation>
    </message>
    <message>
      <source>Dữ liệu bị sửa</source>
      <translation>Altered data</translation>
    </message>
    <message>
      <source>Chip sao chép</source>
      <translation>Copied chip</translation>
    </message>
    <message>
      <source>Ảnh hỏng</source>
      <translation>Broken photo</translation>
    </message>
    <message>
      <source>Không có chip</source>
      <translation>No chip</translation>
    </message>
  </context>
  <context>
    <name>DigitPad</name>
    <message>
      <source>số {digit}</source>
      <translation>digit {digit}</translation>
    </message>
    <message>
      <source>Xóa hết</source>
      <translation>Clear</translation>
    </message>
    <message>
      <source>xóa hết các số</source>
      <translation>clear all digits</translation>
    </message>
    <message>
      <source>xóa một số</source>
      <translation>delete one digit</translation>
    </message>
    <message>
      <source>Bàn phím số</source>
      <translation>Digit pad</translation>
    </message>
  </context>
  <context>
    <name>DisplayPage</name>
    <message>
      <source>Hiển thị màn hình</source>
      <translation>Display</translation>
    </message>
    <message>
      <source>Xong</source>
      <translation>Done</translation>
    </message>
  </context>
  <context>
    <name>DonePage</name>
    <message>
      <source>{amount}, đã nhận tiền, số {numbers}</source>
      <translation>{amount}, received, number {numbers}</translation>
    </message>
    <message>
      <source>{amount}, cần cán bộ xem</source>
      <translation>{amount}, a clerk has to look at it</translation>
    </message>
    <message>
      <source>{amount}, đang chờ tiền đến hoặc trả tại quầy</source>
      <translation>{amount}, waiting for the money, or pay at the counter</translation>
    </message>
    <message>
      <source>Nộp phí tại máy này</source>
      <translation>Pay the fee at this machine</translation>
    </message>
    <message>
      <source>Không thu phí</source>
      <translation>No fee</translation>
    </message>
    <message>
      <source>Đã nhận hồ sơ của bạn</source>
      <translation>We have received your application</translation>
    </message>
    <message>
      <source>Kết thúc</source>
      <translation>Finish</translation>
    </message>
    <message>
      <source>Mã hồ sơ</source>
      <translation>Application code</translation>
    </message>
    <message>
      <source>Số thứ tự của bạn</source>
      <translation>Your queue number</translation>
    </message>
    <message>
      <source>{amount}, trả tại quầy</source>
      <translation>{amount}, to be paid at the counter</translation>
    </message>
    <message>
      <source>Hẹn trả kết quả</source>
      <translation>Result expected</translation>
    </message>
    <message>
      <source>Phí</source>
      <translation>Fee</translation>
    </message>
    <message>
      <source>Việc tiếp theo</source>
      <translation>What comes next</translation>
    </message>
    <message>
      <source>Đã gửi lên Cổng dịch vụ công.</source>
      <translation>Sent to the public service portal.</translation>
    </message>
    <message>
      <source>Đã lưu, chờ gửi. Máy tự gửi lên Cổng dịch vụ công; bạn không phải làm gì.</source>
      <translation>Saved, waiting to be sent. The machine sends it to the public service portal by itself; you need do nothing.</translation>
    </message>
    <message>
      <source>Giấy tiếp nhận</source>
      <translation>Acceptance slip</translation>
    </message>
    <message>
      <source>Phiếu số thứ tự</source>
      <translation>Queue ticket</translation>
    </message>
    <message>
      <source>Số thứ tự {number}</source>
      <translation>Queue number {number}</translation>
    </message>
    <message>
      <source>{paper}: đã in.</source>
      <translation>{paper}: printed.</translation>
    </message>
    <message>
      <source>{paper}: đang in…</source>
      <translation>{paper}: printing…</translation>
    </message>
    <message>
      <source>In lại: {paper}</source>
      <translation>Print again: {paper}</translation>
    </message>
    <message>
      <source>Máy in không báo chắc chắn. Hãy nhìn khe giấy.</source>
      <translation>The printer cannot say for sure. Please look at the paper slot.</translation>
    </message>
    <message>
      <source>Chưa in được. Mời gọi cán bộ.</source>
      <translation>Not printed. Please call a member of staff.</translation>
    </message>
  </context>
  <context>
    <name>FaultPage</name>
    <message>
      <source>Máy gặp trục trặc. Mời gọi cán bộ.</source>
      <translation>The machine has a problem. Please call a member of staff.</translation>
    </message>
    <message>
      <source>Những gì vẫn còn</source>
      <translation>What is kept</translation>
    </message>
    <message>
      <source>Kết thúc và xóa</source>
      <translation>End and wipe</translation>
    </message>
    <message>
      <source>Mã lỗi cho cán bộ: {code}</source>
      <translation>Code for staff: {code}</translation>
    </message>
    <message>
      <source>Chưa đọc được thẻ</source>
      <translation>The card could not be read</translation>
    </message>
    <message>
      <source>Chưa quét được</source>
      <translation>The paper could not be scanned</translation>
    </message>
    <message>
      <source>Chưa nộp được hồ sơ</source>
      <translation>The application was not handed in</translation>
    </message>
    <message>
      <source>Máy gặp trục trặc</source>
      <translation>The machine has a problem</translation>
    </message>
    <message>
      <source>Thử lại</source>
      <translation>Try again</translation>
    </message>
    <message numerus="yes">
      <source>Các trang đã quét và câu trả lời vẫn được giữ: %n trang.</source>
      <translation>
        <numerusform>Your answers and what was scanned are kept: %n page.</numerusform>
        <numerusform>Your answers and what was scanned are kept: %n pages.</numerusform>
      </translation>
    </message>
    <message>
      <source>Hồ sơ chưa được nộp. Câu trả lời và các trang đã quét vẫn được giữ.</source>
      <translation>The application has not been handed in. Your answers and the scanned pages are kept.</translation>
    </message>
    <message>
      <source>Bạn có thể làm thủ tục này tại quầy.</source>
      <translation>You can do this at a counter.</translation>
    </message>
    <message>
      <source>Tự điền thông tin</source>
      <translation>Fill in yourself</translation>
    </message>
    <message>
      <source>Mã QR không phải của thẻ đang đặt trên mặt đọc. Hãy đặt đúng thẻ của bạn rồi thử lại.</source>
      <translation>The QR code isn't that of the card on the reader. Lay your own card down and try again.</translation>
    </message>
    <message>
      <source>Sáu số cuối chưa khớp với thẻ. Hãy xem lại số trên thẻ rồi thử lại.</source>
      <translation>The last six digits don't match the card. Check the number on the card and try again.</translation>
    </message>
    <message>
      <source>Chưa có gì được lưu. Bạn có thể tự điền thông tin, hoặc làm tại quầy.</source>
      <translation>Nothing has been saved. You can fill in the form yourself, or go to the counter.</translation>
    </message>
  </context>
  <context>
    <name>FeeWords</name>
    <message>
      <source>Không thu phí</source>
      <translation>No fee</translation>
    </message>
    <message>
      <source>Từ {amount}</source>
      <translation>From {amount}</translation>
    </message>
    <message>
      <source>tối đa {amount} một bản</source>
      <translation>at most {amount} a copy</translation>
    </message>
    <message numerus="yes">
      <source>%n trang</source>
      <translation>
        <numerusform>%n page</numerusform>
        <numerusform>%n pages</numerusform>
      </translation>
    </message>
    <message>
      <source>{pages} × {copies}</source>
      <translation>{pages} × {copies}</translation>
    </message>
    <message numerus="yes">
      <source>%n bản</source>
      <translation>
        <numerusform>%n copy</numerusform>
        <numerusform>%n copies</numerusform>
      </translation>
    </message>
    <message>
      <source>từ trang {first}: {amount} một trang</source>
      <translation>from page {first}: {amount} a page</translation>
    </message>
    <message>
      <source>trang {first} đến {last}: {amount} một trang</source>
      <translation>pages {first} to {last}: {amount} a page</translation>
    </message>
  </context>
  <context>
    <name>Footer</name>
    <message>
      <source>Quay lại</source>
      <translation>Back</translation>
    </message>
    <message>
      <source>Gọi cán bộ</source>
      <translation>Call staff</translation>
    </message>
    <message>
      <source>Máy đã kêu một tiếng. Nếu chưa ai đến, mời sang quầy.</source>
      <translation>The machine has sounded once. If nobody comes, please go to the counter.</translation>
    </message>
  </context>
  <context>
    <name>HandInPage</name>
    <message>
      <source>Lưu hồ sơ</source>
      <translation>Save the application</translation>
    </message>
    <message>
      <source>In giấy tiếp nhận</source>
      <translation>Print the acceptance slip</translation>
    </message>
    <message>
      <source>In số thứ tự</source>
      <translation>Print the queue ticket</translation>
    </message>
    <message>
      <source>Xin chờ một chút. Thường chưa đến một phút.</source>
      <translation>Please wait a moment. It usually takes less than a minute.</translation>
    </message>
    <message>
      <source>Đang nộp hồ sơ</source>
      <translation>Handing in</translation>
    </message>
    <message>
      <source>Hồ sơ đã được lưu</source>
      <translation>The application has been saved</translation>
    </message>
    <message>
      <source>hãy nhìn khe giấy</source>
      <translation>look at the paper slot</translation>
    </message>
    <message>
      <source>chưa in được</source>
      <translation>not printed</translation>
    </message>
  </context>
  <context>
    <name>HomePage</name>
    <message>
      <source>Tạm không làm được tại máy này</source>
      <translation>Not possible at this machine now</translation>
    </message>
    <message>
      <source>Chạm vào thủ tục bạn cần làm.</source>
      <translation>Touch what you came for.</translation>
    </message>
    <message>
      <source>Kính chào quý khách</source>
      <translation>Welcome</translation>
    </message>
    <message>
      <source>Khoảng {minutes} phút · {fee} · cần thẻ Căn cước</source>
      <translation>About {minutes} minutes · {fee} · ID card needed</translation>
    </message>
    <message>
      <source>Một thiết bị đang hỏng.</source>
      <translation>A device is out of order.</translation>
    </message>
    <message>
      <source>Máy này tạm không phục vụ được</source>
      <translation>This machine is out of service for now</translation>
    </message>
    <message>
      <source>Vẫn nộp được hồ sơ: máy lưu lại và tự gửi khi có mạng.</source>
      <translation>You can still hand in: the machine saves it and sends it when the network is back.</translation>
    </message>
    <message numerus="yes">
      <source>Đang chờ gửi: %n hồ sơ.</source>
      <translation>
        <numerusform>Waiting to be sent: %n application.</numerusform>
        <numerusform>Waiting to be sent: %n applications.</numerusform>
      </translation>
    </message>
    <message>
      <source>Đang mất mạng</source>
      <translation>The network is down</translation>
    </message>
  </context>
  <context>
    <name>HowItWorks</name>
    <message>
      <source>Đặt thẻ Căn cước lên máy</source>
      <translation>Place your ID card</translation>
    </message>
    <message>
      <source>Trả lời vài câu hỏi</source>
      <translation>Answer a few questions</translation>
    </message>
    <message>
      <source>Quét bản chính, nhận lại ngay</source>
      <translation>Scan the original and take it back</translation>
    </message>
    <message>
      <source>Lấy giấy tiếp nhận và số thứ tự</source>
      <translation>Take your slip and queue number</translation>
    </message>
  </context>
  <context>
    <name>KeyPad</name>
    <message>
      <source>Đã nhập {count} trên {length} số</source>
      <translation>{count} of {length} digits entered</translation>
    </message>
  </context>
  <context>
    <name>Keyboard</name>
    <message>
      <source>chữ {letter}</source>
      <translation>letter {letter}</translation>
    </message>
    <message>
      <source>sắc</source>
      <translation>sắc</translation>
    </message>
    <message>
      <source>dấu sắc</source>
      <translation>tone mark sắc</translation>
    </message>
    <message>
      <source>huyền</source>
      <translation>huyền</translation>
    </message>
    <message>
      <source>dấu huyền</source>
      <translation>tone mark huyền</translation>
    </message>
    <message>
      <source>hỏi</source>
      <translation>hỏi</translation>
    </message>
    <message>
      <source>dấu hỏi</source>
      <translation>tone mark hỏi</translation>
    </message>
    <message>
      <source>ngã</source>
      <translation>ngã</translation>
    </message>
    <message>
      <source>dấu ngã</source>
      <translation>tone mark ngã</translation>
    </message>
    <message>
      <source>nặng</source>
      <translation>nặng</translation>
    </message>
    <message>
      <source>dấu nặng</source>
      <translation>tone mark nặng</translation>
    </message>
    <message>
      <source>bỏ dấu</source>
      <translation>no mark</translation>
    </message>
    <message>
      <source>chữ hoa: đang khóa</source>
      <translation>capitals: locked</translation>
    </message>
    <message>
      <source>chữ hoa</source>
      <translation>capital</translation>
    </message>
    <message>
      <source>xóa một chữ</source>
      <translation>delete one letter</translation>
    </message>
    <message>
      <source>Phím dấu</source>
      <translation>Mark keys</translation>
    </message>
    <message>
      <source>chữ hoặc số và ký hiệu</source>
      <translation>letters, or digits and signs</translation>
    </message>
    <message>
      <source>kiểu gõ: {method}</source>
      <translation>way of typing: {method}</translation>
    </message>
    <message>
      <source>Dấu cách</source>
      <translation>Space</translation>
    </message>
    <message>
      <source>dấu cách</source>
      <translation>space</translation>
    </message>
    <message>
      <source>gạch nối</source>
      <translation>hyphen</translation>
    </message>
    <message>
      <source>dấu chấm</source>
      <translation>full stop</translation>
    </message>
    <message>
      <source>Bàn phím</source>
      <translation>Keyboard</translation>
    </message>
  </context>
  <context>
    <name>MaskedValue</name>
    <message>
      <source>Hiện {seconds} giây</source>
      <translation>Show for {seconds} s</translation>
    </message>
  </context>
  <context>
    <name>NumberStepper</name>
    <message>
      <source>bớt một: {label}</source>
      <translation>one less: {label}</translation>
    </message>
    <message>
      <source>thêm một: {label}</source>
      <translation>one more: {label}</translation>
    </message>
  </context>
  <context>
    <name>PageScroller</name>
    <message>
      <source>Lên</source>
      <translation>Up</translation>
    </message>
    <message>
      <source>Xuống</source>
      <translation>Down</translation>
    </message>
  </context>
  <context>
    <name>PageStrip</name>
    <message>
      <source>Trang {n}</source>
      <translation>Page {n}</translation>
    </message>
    <message>
      <source>Bỏ</source>
      <translation>Remove</translation>
    </message>
    <message>
      <source>Bỏ trang {n}</source>
      <translation>Remove page {n}</translation>
    </message>
  </context>
  <context>
    <name>PayPage</name>
    <message>
      <source>Chưa mở được trang thanh toán</source>
      <translation>The payment page couldn't be opened yet</translation>
    </message>
    <message>
      <source>Chưa có tiền nào bị trừ. Máy tự hỏi lại hệ thống thanh toán.</source>
      <translation>No money was taken. This machine asks the payment system again by itself.</translation>
    </message>
    <message>
      <source>Bạn có thể chờ, hoặc trả tại quầy khi được gọi số.</source>
      <translation>You may wait, or pay at the counter when your number is called.</translation>
    </message>
    <message>
      <source>Nộp phí</source>
      <translation>Pay the fee</translation>
    </message>
    <message>
      <source>Nộp phí: {amount}</source>
      <translation>Fee to pay: {amount}</translation>
    </message>
    <message>
      <source>Đang mở trang thanh toán</source>
      <translation>Opening the payment page</translation>
    </message>
    <message>
      <source>Quét mã để nộp {amount}</source>
      <translation>Scan to pay {amount}</translation>
    </message>
    <message>
      <source>Đã nhận tiền: {amount}</source>
      <translation>Payment received: {amount}</translation>
    </message>
    <message>
      <source>Khoản phí này cần cán bộ xem</source>
      <translation>A clerk has to look at this fee</translation>
    </message>
    <message>
      <source>Mời nộp {amount} tại quầy</source>
      <translation>Please pay {amount} at the counter</translation>
    </message>
    <message>
      <source>Chuyển khoản {amount}</source>
      <translation>Transfer {amount}</translation>
    </message>
    <message>
      <source>Tiếp tục, không chờ</source>
      <translation>Go on without waiting</translation>
    </message>
    <message>
      <source>Tiếp tục</source>
      <translation>Continue</translation>
    </message>
    <message>
      <source>Xin chờ một chút. Bạn có thể đi tiếp; hồ sơ đã được nhận.</source>
      <translation>One moment, please. You may go on; your application has been received.</translation>
    </message>
    <message>
      <source>Lần vừa rồi không thành, chưa có tiền nào bị trừ. Bạn có thể thử lại.</source>
      <translation>The last try didn't succeed and no money was taken. You may try again.</translation>
    </message>
    <message>
      <source>Hồ sơ đã được nhận, dù bạn nộp phí bằng cách nào.</source>
      <translation>Your application has been received, however you pay.</translation>
    </message>
    <message>
      <source>Quét mã trả trực tuyến</source>
      <translation>Scan a code and pay online</translation>
    </message>
    <message>
      <source>Máy tự biết khi tiền đến</source>
      <translation>This machine sees when the money arrives</translation>
    </message>
    <message>
      <source>Chuyển khoản VietQR</source>
      <translation>Bank transfer (VietQR)</translation>
    </message>
    <message>
      <source>Cán bộ đối chiếu sao kê rồi ghi nhận</source>
      <translation>A clerk checks the bank statement and records it</translation>
    </message>
    <message>
      <source>Trả tại quầy</source>
      <translation>Pay at the counter</translation>
    </message>
    <message>
      <source>Khi được gọi số</source>
      <translation>When your number is called</translation>
    </message>
    <message>
      <source>Mã QR của trang thanh toán</source>
      <translation>QR code of the payment page</translation>
    </message>
    <message>
      <source>Mở máy ảnh hoặc ứng dụng ngân hàng trên điện thoại và quét mã.</source>
      <translation>Open the camera or your banking app on your phone and scan the code.</translation>
    </message>
    <message>
      <source>Số giao dịch</source>
      <translation>Transaction number</translation>
    </message>
    <message>
      <source>Khoản phí đã được ghi nhận. Cán bộ thấy điều này ở quầy.</source>
      <translation>Your payment is on record. The clerk at the counter can see it.</translation>
    </message>
    <message>
      <source>Xin hỏi cán bộ ở quầy và đọc mã hồ sơ. Đừng trả thêm lần nữa.</source>
      <translation>Please ask at the counter and tell them your application code. Don't pay again.</translation>
    </message>
    <message>
      <source>Hồ sơ của bạn đã được nhận và vẫn hợp lệ.</source>
      <translation>Your application has been received and stays valid.</translation>
    </message>
    <message>
      <source>Thử lại</source>
      <translation>Try again</translation>
    </message>
    <message>
      <source>Mã VietQR</source>
      <translation>VietQR code</translation>
    </message>
    <message>
      <source>Quét mã bằng ứng dụng ngân hàng. Đừng sửa nội dung chuyển khoản.</source>
      <translation>Scan the code with your banking app. Don't change the transfer's text.</translation>
    </message>
    <message>
      <source>Máy không tự biết tiền đã đến. Cán bộ xem sao kê rồi ghi nhận.</source>
      <translation>This machine can't see whether the money arrived. A clerk reads the bank statement and records it.</translation>
    </message>
    <message>
      <source>Mã hồ sơ · số thứ tự</source>
      <translation>Application code · queue number</translation>
    </message>
    <message>
      <source>Đang in giấy xác nhận…</source>
      <translation>Printing the confirmation…</translation>
    </message>
    <message>
      <source>Đã in giấy xác nhận.</source>
      <translation>The confirmation was printed.</translation>
    </message>
    <message>
      <source>In giấy xác nhận</source>
      <translation>Print a confirmation</translation>
    </message>
    <message>
      <source>Máy in không báo chắc chắn. Hãy nhìn khe giấy.</source>
      <translation>The printer isn't sure. Please look at the paper slot.</translation>
    </message>
    <message>
      <source>Hỏi lại</source>
      <translation>Ask again</translation>
    </message>
    <message>
      <source>Đang chờ tiền đến. Màn hình tự đổi khi máy nhận được.</source>
      <translation>Waiting for the money. This screen changes by itself when it arrives.</translation>
    </message>
    <message>
      <source>Chưa thấy tiền đến. Mã vẫn dùng được; tiền đến sau, máy cũng tự ghi nhận.</source>
      <translation>No money has arrived yet. The code still works, and money that comes later is recorded, too.</translation>
    </message>
    <message>
      <source>Có vấn đề. Mời hỏi cán bộ.</source>
      <translation>Something is wrong. Please ask a clerk.</translation>
    </message>
  </context>
  <context>
    <name>PersonPage</name>
    <message>
      <source>Đây có phải là bạn?</source>
      <translation>Is this you?</translation>
    </message>
    <message>
      <source>Đúng là tôi</source>
      <translation>Yes, it is me</translation>
    </message>
    <message>
      <source>Thẻ đã hết hạn. Bạn vẫn nộp được hồ sơ; cán bộ sẽ kiểm tra thẻ tại quầy.</source>
      <translation>The card has expired. You can still hand in; a clerk will check the card at the counter.</translation>
    </message>
    <message>
      <source>Cán bộ sẽ đối chiếu thẻ khi bạn đến quầy.</source>
      <translation>A clerk compares the card when you come to the counter.</translation>
    </message>
    <message>
      <source>Không đọc từ chip</source>
      <translation>Not read from a chip</translation>
    </message>
    <message>
      <source>Thông tin lấy từ mã QR trên thẻ. Cán bộ sẽ so với thẻ của bạn.</source>
      <translation>The data come from the card's QR code. The staff will compare them with your card.</translation>
    </message>
    <message>
      <source>Thông tin do bạn tự điền. Cán bộ sẽ so với thẻ của bạn.</source>
      <translation>You filled in the data yourself. The staff will compare them with your card.</translation>
    </message>
    <message>
      <source>Nếu có chỗ sai, chạm “Quay lại” để sửa.</source>
      <translation>If something is wrong, touch “Back” to change it.</translation>
    </message>
    <message>
      <source>Máy đã kiểm tra thẻ</source>
      <translation>What the machine checked</translation>
    </message>
    <message>
      <source>Có chỗ ghi khác nhau: {names}.</source>
      <translation>Some data differ: {names}.</translation>
    </message>
    <message>
      <source>Cán bộ sẽ xem cùng bạn.</source>
      <translation>The staff will look at it with you.</translation>
    </message>
    <message>
      <source>Thẻ cần cán bộ xem cùng bạn. Bạn vẫn nộp được hồ sơ.</source>
      <translation>The staff will look at the card with you. You can still hand in.</translation>
    </message>
  </context>
  <context>
    <name>PhoneInput</name>
    <message>
      <source>Số điện thoại</source>
      <translation>Phone number</translation>
    </message>
  </context>
  <context>
    <name>PlaceCard</name>
    <message>
      <source>Hình vẽ: đặt thẻ nằm trên mặt đầu đọc</source>
      <translation>Drawing: lay the card on the reader</translation>
    </message>
  </context>
  <context>
    <name>Portrait</name>
    <message>
      <source>Ảnh trong chip của thẻ</source>
      <translation>Photo from the chip of the card</translation>
    </message>
  </context>
  <context>
    <name>QrView</name>
    <message>
      <source>Mã QR</source>
      <translation>QR code</translation>
    </message>
  </context>
  <context>
    <name>QuestionPage</name>
    <message>
      <source>Bỏ qua</source>
      <translation>Skip</translation>
    </message>
    <message>
      <source>Xong</source>
      <translation>Done</translation>
    </message>
    <message>
      <source>Tiếp tục</source>
      <translation>Continue</translation>
    </message>
    <message>
      <source>Số điện thoại chưa đúng. Hãy nhập 10 chữ số, bắt đầu bằng số 0.</source>
      <translation>This is not a phone number. Please enter 10 digits that begin with 0.</translation>
    </message>
    <message>
      <source>Hãy chọn một số từ {least} đến {most}.</source>
      <translation>Please choose a number from {least} to {most}.</translation>
    </message>
    <message>
      <source>Hãy viết từ {least} đến {most} chữ.</source>
      <translation>Please write {least} to {most} letters.</translation>
    </message>
    <message>
      <source>Hãy chạm một câu trả lời.</source>
      <translation>Please touch an answer.</translation>
    </message>
    <message>
      <source>Câu này cần câu trả lời. Hãy điền rồi chạm “Tiếp tục”.</source>
      <translation>An answer is needed here. Fill it in, then touch “Continue”.</translation>
    </message>
  </context>
  <context>
    <name>ScanPage</name>
    <message>
      <source>Trang này gần như trắng. Hãy xem lại.</source>
      <translation>This page is almost blank. Please look at it again.</translation>
    </message>
    <message>
      <source>Trang này bị thiếu một phần. Hãy quét lại.</source>
      <translation>A part of this page is missing. Please scan it again.</translation>
    </message>
    <message>
      <source>Quét giấy trong khay</source>
      <translation>Scan from the tray</translation>
    </message>
    <message>
      <source>Quét trên mặt kính</source>
      <translation>Scan on the glass</translation>
    </message>
    <message>
      <source>Dừng quét</source>
      <translation>Stop scanning</translation>
    </message>
    <message>
      <source>Quét: {paper}</source>
      <translation>Scan: {paper}</translation>
    </message>
    <message>
      <source>Tiếp tục</source>
      <translation>Continue</translation>
    </message>
    <message>
      <source>Đặt giấy vào khay, mặt chữ quay lên. Giấy mỏng, rách hoặc đóng quyển: đặt lên mặt kính. Bản chính được trả lại ngay cho bạn.</source>
      <translation>Put the paper into the tray, print side up. Thin, torn or bound paper goes on the glass. You keep the original.</translation>
    </message>
    <message numerus="yes">
      <source>Đang quét. Đã có %n trang.</source>
      <translation>
        <numerusform>Scanning. %n page so far.</numerusform>
        <numerusform>Scanning. %n pages so far.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Đã quét %n trang. Có thể quét thêm.</source>
      <translation>
        <numerusform>%n page scanned. You can scan more.</numerusform>
        <numerusform>%n pages scanned. You can scan more.</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>ScanView</name>
    <message>
      <source>Trang vừa quét</source>
      <translation>Page just scanned</translation>
    </message>
    <message>
      <source>Chưa có trang nào</source>
      <translation>No page yet</translation>
    </message>
    <message>
      <source>Đang quét</source>
      <translation>Scanning</translation>
    </message>
  </context>
  <context>
    <name>Scroller</name>
    <message>
      <source>Lên</source>
      <translation>Up</translation>
    </message>
    <message>
      <source>Xuống</source>
      <translation>Down</translation>
    </message>
  </context>
  <context>
    <name>Sheet</name>
    <message>
      <source>Thẻ Căn cước</source>
      <translation>ID card</translation>
    </message>
    <message>
      <source>Thông tin</source>
      <translation>Details</translation>
    </message>
    <message>
      <source>Câu hỏi</source>
      <translation>Questions</translation>
    </message>
    <message>
      <source>Giấy tờ</source>
      <translation>Papers</translation>
    </message>
    <message>
      <source>Kiểm tra</source>
      <translation>Check</translation>
    </message>
    <message>
      <source>Nộp hồ sơ</source>
      <translation>Hand in</translation>
    </message>
  </context>
  <context>
    <name>StepBar</name>
    <message>
      <source>Bước {step}/{total} · {name}</source>
      <translation>Step {step}/{total} · {name}</translation>
    </message>
    <message>
      <source>Bước {step} trên {total}: {name}</source>
      <translation>Step {step} of {total}: {name}</translation>
    </message>
  </context>
  <context>
    <name>StepList</name>
    <message>
      <source>Chưa làm</source>
      <translation>Not yet</translation>
    </message>
    <message>
      <source>Đang làm</source>
      <translation>Working</translation>
    </message>
    <message>
      <source>Xong</source>
      <translation>Done</translation>
    </message>
    <message>
      <source>Cần chú ý</source>
      <translation>Please note</translation>
    </message>
    <message>
      <source>Không được</source>
      <translation>Failed</translation>
    </message>
  </context>
  <context>
    <name>Thumbs</name>
    <message>
      <source>Trang {number}</source>
      <translation>Page {number}</translation>
    </message>
  </context>
  <context>
    <name>TimeoutPage</name>
    <message>
      <source>Kết thúc và xóa</source>
      <translation>End and wipe</translation>
    </message>
    <message>
      <source>Thẻ đã được lấy ra</source>
      <translation>The card was taken away</translation>
    </message>
    <message>
      <source>Bạn còn ở đây không?</source>
      <translation>Are you still there?</translation>
    </message>
    <message>
      <source>Tôi cần thêm thời gian</source>
      <translation>I need more time</translation>
    </message>
    <message>
      <source>Đặt thẻ lại để tiếp tục. Nếu không, mọi thứ bạn đã nhập sẽ bị xóa.</source>
      <translation>Put the card back to go on. Otherwise everything you entered is wiped.</translation>
    </message>
    <message>
      <source>Nếu không có ai chạm vào màn hình, mọi thứ bạn đã nhập sẽ bị xóa.</source>
      <translation>If nobody touches the screen, everything you entered is wiped.</translation>
    </message>
  </context>
  <context>
    <name>ToolRow</name>
    <message>
      <source>Hiển thị</source>
      <translation>Display</translation>
    </message>
    <message>
      <source>Chữ thường</source>
      <translation>Normal text</translation>
    </message>
    <message>
      <source>Chữ to</source>
      <translation>Large text</translation>
    </message>
    <message>
      <source>Màu thường</source>
      <translation>Normal colours</translation>
    </message>
    <message>
      <source>Tương phản cao</source>
      <translation>High contrast</translation>
    </message>
    <message>
      <source>Nâng màn hình</source>
      <translation>Raise screen</translation>
    </message>
    <message>
      <source>Hạ thấp màn hình</source>
      <translation>Lower screen</translation>
    </message>
  </context>
  <context>
    <name>ByHandPage</name>
    <message>
      <source>Họ và tên của bạn là gì?</source>
      <translation>What is your full name?</translation>
    </message>
    <message>
      <source>Bạn sinh ngày nào?</source>
      <translation>When were you born?</translation>
    </message>
    <message>
      <source>Giới tính ghi trên giấy tờ?</source>
      <translation>Which sex do your papers say?</translation>
    </message>
    <message>
      <source>Tiếp tục</source>
      <translation>Continue</translation>
    </message>
    <message>
      <source>Không có thẻ ở đây, bạn vẫn nộp được hồ sơ. Cán bộ sẽ kiểm tra tại quầy.</source>
      <translation>You can hand in a dossier without the card. The staff will check at the counter.</translation>
    </message>
    <message>
      <source>Họ và tên</source>
      <translation>Full name</translation>
    </message>
    <message>
      <source>Viết đủ dấu, đúng như trên giấy tờ.</source>
      <translation>With all its marks, exactly as in your papers.</translation>
    </message>
    <message>
      <source>Ngày sinh</source>
      <translation>Date of birth</translation>
    </message>
    <message>
      <source>Ngày, tháng, năm như trên giấy tờ.</source>
      <translation>Day, month and year as in your papers.</translation>
    </message>
    <message>
      <source>Nam</source>
      <translation>Male</translation>
    </message>
    <message>
      <source>Nữ</source>
      <translation>Female</translation>
    </message>
    <message>
      <source>Số Căn cước có đủ 12 chữ số. Hãy nhập lại cho đủ.</source>
      <translation>The ID card number has 12 digits. Please enter all of them.</translation>
    </message>
    <message>
      <source>Hãy viết họ và tên của bạn.</source>
      <translation>Please write your full name.</translation>
    </message>
    <message>
      <source>Ngày sinh chưa đúng. Hãy xem lại ngày, tháng và năm.</source>
      <translation>The date of birth isn't right. Please check day, month and year.</translation>
    </message>
    <message>
      <source>Hãy chạm một câu trả lời.</source>
      <translation>Please touch an answer.</translation>
    </message>
    <message>
      <source>Mã này không phải mã QR của thẻ Căn cước. Hãy quét lại, hoặc tự điền.</source>
      <translation>This isn't the QR code of an ID card. Scan again, or fill in the form yourself.</translation>
    </message>
    <message>
      <source>Nhập số Căn cước</source>
      <translation>Enter your ID card number</translation>
    </message>
    <message>
      <source>Số Căn cước</source>
      <translation>ID card number</translation>
    </message>
  </context>
  <context>
    <name>CardWholeKeyPage</name>
    <message>
      <source>Nhập số Căn cước</source>
      <translation>Enter your ID card number</translation>
    </message>
    <message>
      <source>Nhập ngày sinh ghi trên thẻ</source>
      <translation>Enter the date of birth on the card</translation>
    </message>
    <message>
      <source>Thẻ có giá trị đến ngày nào?</source>
      <translation>Until when is the card valid?</translation>
    </message>
    <message>
      <source>Tiếp tục</source>
      <translation>Continue</translation>
    </message>
    <message>
      <source>Số Căn cước, 12 chữ số</source>
      <translation>ID card number, 12 digits</translation>
    </message>
    <message>
      <source>Số gồm 12 chữ số, ở mặt trước của thẻ.</source>
      <translation>It has 12 digits and stands on the front of the card.</translation>
    </message>
    <message>
      <source>Ngày sinh</source>
      <translation>Date of birth</translation>
    </message>
    <message>
      <source>Ngày, tháng, năm như in ở mặt trước của thẻ.</source>
      <translation>Day, month and year as printed on the front of the card.</translation>
    </message>
    <message>
      <source>Có giá trị đến</source>
      <translation>Valid until</translation>
    </message>
    <message>
      <source>Thẻ ghi “Không thời hạn”</source>
      <translation>The card says “Không thời hạn” (no expiry)</translation>
    </message>
    <message>
      <source>Dòng “Có giá trị đến” ở mặt trước, phía dưới ảnh.</source>
      <translation>The line “Có giá trị đến” on the front, below the photo.</translation>
    </message>
    <message>
      <source>Hình thẻ Căn cước, chỗ cần xem được tô đậm</source>
      <translation>Drawing of the ID card with the place to look at marked</translation>
    </message>
    <message>
      <source>Chip của thẻ này cần cả số thẻ, ngày sinh và ngày hết hạn.</source>
      <translation>This card's chip needs number, date of birth and expiry date.</translation>
    </message>
    <message>
      <source>Số Căn cước có đủ 12 chữ số. Hãy nhập lại cho đủ.</source>
      <translation>The ID card number has 12 digits. Please enter all of them.</translation>
    </message>
    <message>
      <source>Ngày sinh chưa đúng. Hãy xem lại ngày, tháng và năm.</source>
      <translation>The date of birth isn't right. Please check day, month and year.</translation>
    </message>
    <message>
      <source>Ngày hết hạn chưa đúng. Hãy xem lại ngày, tháng và năm.</source>
      <translation>The expiry date isn't right. Please check day, month and year.</translation>
    </message>
  </context>
  <context>
    <name>CodeHint</name>
    <message>
      <source>Hoặc đưa mã QR in trên thẻ vào máy quét mã.</source>
      <translation>Or hold the QR code on the card to the code scanner.</translation>
    </message>
  </context>
  <context>
    <name>LampWords</name>
    <message>
      <source>CHƯA XÁC NHẬN CHỨNG THƯ</source>
      <translation>CERTIFICATE NOT CONFIRMED YET</translation>
    </message>
    <message>
      <source>Đọc được</source>
      <translation>Readable</translation>
    </message>
    <message>
      <source>Đọc được một phần</source>
      <translation>Readable in part</translation>
    </message>
    <message>
      <source>Dữ liệu nguyên vẹn</source>
      <translation>Data unaltered</translation>
    </message>
    <message>
      <source>Chứng thư tin cậy</source>
      <translation>Trusted certificate</translation>
    </message>
    <message>
      <source>Chip thật</source>
      <translation>Chip not copied</translation>
    </message>
    <message>
      <source>Cán bộ sẽ xem thêm bước này.</source>
      <translation>The staff will look at this step.</translation>
    </message>
    <message>
      <source>Đạt</source>
      <translation>Passed</translation>
    </message>
    <message>
      <source>Chưa xác nhận</source>
      <translation>Not confirmed yet</translation>
    </message>
    <message>
      <source>Cần cán bộ xem</source>
      <translation>For the staff to check</translation>
    </message>
    <message>
      <source>Không kiểm tra</source>
      <translation>Not checked</translation>
    </message>
    <message>
      <source>Máy chưa đọc được phần thông tin tiếng Việt trong chip.</source>
      <translation>The Vietnamese data in the chip couldn't be read.</translation>
    </message>
    <message>
      <source>Chữ ký số của dữ liệu trong chip không khớp.</source>
      <translation>The digital signature of the chip's data doesn't match.</translation>
    </message>
    <message>
      <source>Bước này chưa được làm.</source>
      <translation>This step wasn't done.</translation>
    </message>
    <message>
      <source>Chip không có phần thông tin tiếng Việt.</source>
      <translation>The chip holds no Vietnamese data.</translation>
    </message>
    <message>
      <source>Chip không có ảnh.</source>
      <translation>The chip holds no photo.</translation>
    </message>
    <message>
      <source>Máy chưa đọc được ảnh trong chip.</source>
      <translation>The photo in the chip couldn't be read.</translation>
    </message>
    <message>
      <source>Chip không có chữ ký số để đối chiếu.</source>
      <translation>The chip holds no digital signature to compare with.</translation>
    </message>
    <message>
      <source>Máy chưa đọc được chữ ký số trong chip.</source>
      <translation>The digital signature in the chip couldn't be read.</translation>
    </message>
    <message>
      <source>Một phần dữ liệu khác với bản đã ký.</source>
      <translation>Part of the data differs from what was signed.</translation>
    </message>
    <message>
      <source>Một phần dữ liệu không có trong bản đã ký.</source>
      <translation>Part of the data isn't covered by the signature.</translation>
    </message>
    <message>
      <source>Máy chưa có danh sách chứng thư bị thu hồi.</source>
      <translation>This machine has no list of revoked certificates yet.</translation>
    </message>
    <message>
      <source>Máy chưa có chứng thư của nơi cấp thẻ để đối chiếu.</source>
      <translation>This machine has no certificate of the card's issuer to compare with yet.</translation>
    </message>
    <message>
      <source>Chứng thư ký thẻ không khớp với nơi cấp.</source>
      <translation>The certificate that signed the card doesn't match the issuer.</translation>
    </message>
    <message>
      <source>Chứng thư của nơi cấp đang tạm ngừng dùng ở máy này.</source>
      <translation>The issuer's certificate is switched off on this machine.</translation>
    </message>
    <message>
      <source>Chứng thư ký thẻ đã bị thu hồi.</source>
      <translation>The certificate that signed the card was revoked.</translation>
    </message>
    <message>
      <source>Chứng thư ký thẻ đã hết hạn khi thẻ được cấp.</source>
      <translation>The certificate that signed the card had expired when the card was issued.</translation>
    </message>
    <message>
      <source>Máy chưa biết ngày cấp thẻ để đối chiếu.</source>
      <translation>The date of issue isn't known, so it couldn't be compared.</translation>
    </message>
    <message>
      <source>Danh sách chứng thư bị thu hồi ở máy này đã cũ.</source>
      <translation>This machine's list of revoked certificates is old.</translation>
    </message>
    <message>
      <source>Hệ thống xác thực không nhận chứng thư này.</source>
      <translation>The verification system doesn't accept this certificate.</translation>
    </message>
    <message>
      <source>Chưa kết nối được hệ thống xác thực.</source>
      <translation>The verification system couldn't be reached yet.</translation>
    </message>
    <message>
      <source>Chip này không có chức năng chống sao chép.</source>
      <translation>This chip offers no proof against copying.</translation>
    </message>
    <message>
      <source>Chip trả lời chưa đúng câu hỏi kiểm tra.</source>
      <translation>The chip didn't answer the test question correctly.</translation>
    </message>
    <message>
      <source>Khóa của chip không có trong bản đã ký.</source>
      <translation>The chip's key isn't covered by the signature.</translation>
    </message>
    <message>
      <source>Chip không cho đọc khóa để kiểm tra.</source>
      <translation>The chip doesn't give the key for this check.</translation>
    </message>
    <message>
      <source>Chip trả lời đúng; nơi cấp chưa được xác nhận.</source>
      <translation>The chip answered correctly; its issuer isn't confirmed yet.</translation>
    </message>
    <message>
      <source>Chữ ký số trong chip không kèm chứng thư dùng được.</source>
      <translation>The signature in the chip comes without a usable certificate.</translation>
    </message>
    <message>
      <source>Mục lục trong chip khác với bản đã ký.</source>
      <translation>The chip's table of contents differs from what was signed.</translation>
    </message>
    <message>
      <source>Máy chưa đọc một phần dữ liệu trong chip.</source>
      <translation>Part of the data in the chip hasn't been read.</translation>
    </message>
    <message>
      <source>Chứng thư của nơi cấp còn chờ được xác nhận ở máy này.</source>
      <translation>The issuer's certificate still has to be confirmed on this machine.</translation>
    </message>
    <message>
      <source>Chứng thư ký thẻ không đúng loại dùng để ký thẻ.</source>
      <translation>The certificate that signed the card isn't of the kind that signs cards.</translation>
    </message>
    <message>
      <source>Máy chưa đọc được chứng thư ký thẻ.</source>
      <translation>The certificate that signed the card couldn't be read.</translation>
    </message>
    <message>
      <source>Chứng thư ký thẻ chưa có hiệu lực khi thẻ được cấp.</source>
      <translation>The certificate that signed the card wasn't valid yet when the card was issued.</translation>
    </message>
    <message>
      <source>Kho chứng thư ở máy này đang trục trặc.</source>
      <translation>This machine's store of certificates isn't working.</translation>
    </message>
    <message>
      <source>Hệ thống xác thực chưa trả lời được.</source>
      <translation>The authentication system couldn't answer yet.</translation>
    </message>
    <message>
      <source>Hệ thống xác thực không tra được số hoặc chứng thư này.</source>
      <translation>The authentication system couldn't look up this number or certificate.</translation>
    </message>
    <message>
      <source>Đồng hồ của máy này chạy sai, nên chưa xác thực được.</source>
      <translation>This machine's clock is wrong, so nothing could be confirmed yet.</translation>
    </message>
    <message>
      <source>Khóa của chip yếu, chưa đủ để kết luận.</source>
      <translation>The chip's key is too weak to tell.</translation>
    </message>
    <message>
      <source>Chip không trả lời câu hỏi kiểm tra.</source>
      <translation>The chip didn't answer the test question.</translation>
    </message>
    <message>
      <source>Máy đọc thẻ chưa nhận được cả câu trả lời của chip.</source>
      <translation>The reader couldn't take the chip's whole answer.</translation>
    </message>
    <message>
      <source>Máy chưa kiểm tra được loại khóa của thẻ này.</source>
      <translation>This machine can't check this card's kind of key yet.</translation>
    </message>
    <message>
      <source>Máy chưa đọc được khóa của chip để kiểm tra.</source>
      <translation>The chip's key couldn't be read for the check.</translation>
    </message>
    <message>
      <source>Nơi ký và nơi cấp ghi trong thẻ không cùng một nước.</source>
      <translation>Whoever signed the card and its issuer aren't of the same country.</translation>
    </message>
    <message>
      <source>Máy chưa nhận ra nơi cấp ghi trong thẻ.</source>
      <translation>This machine doesn't know the issuer that the card names.</translation>
    </message>
    <message>
      <source>Chưa rõ chứng thư trong chip có phải của nơi ký thẻ.</source>
      <translation>It isn't clear whether the certificate in the chip is that of the card's signer.</translation>
    </message>
  </context>
  <context>
    <name>PersonWords</name>
    <message>
      <source>Số Căn cước</source>
      <translation>ID card number</translation>
    </message>
    <message>
      <source>Họ và tên</source>
      <translation>Full name</translation>
    </message>
    <message>
      <source>Ngày sinh</source>
      <translation>Date of birth</translation>
    </message>
    <message>
      <source>Giới tính</source>
      <translation>Sex</translation>
    </message>
    <message>
      <source>Nơi cư trú</source>
      <translation>Residence</translation>
    </message>
    <message>
      <source>Thẻ có giá trị đến</source>
      <translation>Card valid until</translation>
    </message>
    <message>
      <source>số Căn cước</source>
      <translation>ID card number</translation>
    </message>
    <message>
      <source>họ và tên</source>
      <translation>full name</translation>
    </message>
    <message>
      <source>ngày sinh</source>
      <translation>date of birth</translation>
    </message>
    <message>
      <source>giới tính</source>
      <translation>sex</translation>
    </message>
    <message>
      <source>ngày hết hạn</source>
      <translation>expiry date</translation>
    </message>
    <message>
      <source>ngày cấp</source>
      <translation>date of issue</translation>
    </message>
    <message>
      <source>nơi cư trú</source>
      <translation>residence</translation>
    </message>
    <message>
      <source>thông tin khác</source>
      <translation>other data</translation>
    </message>
    <message>
      <source>số giấy tờ cũ</source>
      <translation>old document number</translation>
    </message>
  </context>
  <context>
    <name>ConsentHint</name>
    <message>
      <source>Khi đọc thẻ, máy gửi số Căn cước tới hệ thống xác thực. Mục đích: {purpose}. Nếu không đồng ý, chạm “Tôi không có thẻ gắn chip” để tự điền.</source>
      <translation>When your card is read, its number is sent to the authentication system. Purpose: {purpose}. If you don't agree, touch “I have no card with a chip” and fill in the form yourself.</translation>
    </message>
  </context>
  <context>
    <name>OfflineBadge</name>
    <message numerus="yes">
      <source>Mất mạng · %n chờ gửi</source>
      <translation>
        <numerusform>Offline · %n waits</numerusform>
        <numerusform>Offline · %n wait</numerusform>
      </translation>
    </message>
    <message>
      <source>Mất mạng</source>
      <translation>Offline</translation>
    </message>
  </context>
  <context>
    <name>ActForm</name>
    <message>
      <source>Vì sao? (ghi vào nhật ký; không ghi tên, không ghi số giấy tờ)</source>
      <translation>Why? (kept in the record; no names, no numbers of papers)</translation>
    </message>
    <message>
      <source>Hãy ghi lý do, vài chữ.</source>
      <translation>Say why, in a few words.</translation>
    </message>
    <message>
      <source>Lưu vào tệp</source>
      <translation>Save as file</translation>
    </message>
    <message>
      <source>Thôi</source>
      <translation>Never mind</translation>
    </message>
  </context>
  <context>
    <name>CardsPage</name>
    <message>
      <source>Chưa hỏi lần nào</source>
      <translation>Never asked yet</translation>
    </message>
    <message>
      <source>Thẻ</source>
      <translation>Cards</translation>
    </message>
    <message>
      <source>Chứng thư thẻ chưa xác nhận</source>
      <translation>Card signers not yet confirmed</translation>
    </message>
    <message>
      <source>Không có thẻ nào chờ xác nhận, không có báo động.</source>
      <translation>No card waits to be confirmed, and there is no alarm.</translation>
    </message>
    <message numerus="yes">
      <source>%n hồ sơ có thẻ bị làm giả. Báo lãnh đạo ngay.</source>
      <translation>
        <numerusform>%n dossier was handed in with a forged card. Tell the head of the office now.</numerusform>
        <numerusform>%n dossiers were handed in with forged cards. Tell the head of the office now.</numerusform>
      </translation>
    </message>
    <message>
      <source>Thẻ giả</source>
      <translation>Forged</translation>
    </message>
    <message>
      <source>Chờ xác nhận</source>
      <translation>Not yet confirmed</translation>
    </message>
    <message>
      <source>Đã thôi hỏi</source>
      <translation>Given up</translation>
    </message>
    <message>
      <source>Đã xác nhận</source>
      <translation>Confirmed</translation>
    </message>
    <message>
      <source>Hồ sơ</source>
      <translation>Dossier</translation>
    </message>
    <message>
      <source>Trạng thái</source>
      <translation>State</translation>
    </message>
    <message>
      <source>Vì sao</source>
      <translation>Why</translation>
    </message>
    <message>
      <source>Từ lúc</source>
      <translation>Since</translation>
    </message>
    <message>
      <source>Số lần</source>
      <translation>Tries</translation>
    </message>
    <message>
      <source>Hỏi lại lúc</source>
      <translation>Asked again</translation>
    </message>
  </context>
  <context>
    <name>Detail</name>
    <message>
      <source>Gửi lại, không sửa</source>
      <translation>Send again unchanged</translation>
    </message>
    <message>
      <source>Gửi ngay</source>
      <translation>Send now</translation>
    </message>
    <message>
      <source>Giữ lại</source>
      <translation>Hold</translation>
    </message>
    <message>
      <source>Dòng {row} · chờ từ {since} · đã thử {tries} lần · thử lại: {next}</source>
      <translation>Row {row} · waits since {since} · tries: {tries} · next: {next}</translation>
    </message>
    <message>
      <source>Lý do: {said}</source>
      <translation>Reason: {said}</translation>
    </message>
    <message>
      <source>Ghi kèm: {said}</source>
      <translation>Noted with it: {said}</translation>
    </message>
    <message>
      <source>Cho gửi lại</source>
      <translation>Have it sent again</translation>
    </message>
  </context>
  <context>
    <name>TechnicianPage</name>
    <message>
      <source>ngay</source>
      <translation>now</translation>
    </message>
  </context>
  <context>
    <name>SentPage</name>
    <message>
      <source>Đã gửi</source>
      <translation>Sent</translation>
    </message>
    <message>
      <source>Xem chi tiết</source>
      <translation>Show details</translation>
    </message>
    <message>
      <source>Về danh sách</source>
      <translation>Back to the list</translation>
    </message>
    <message>
      <source>Bản {n} thay thế</source>
      <translation>Replaced by revision {n}</translation>
    </message>
    <message>
      <source>Đang giữ</source>
      <translation>Held back</translation>
    </message>
    <message>
      <source>Mã hồ sơ, hoặc một phần</source>
      <translation>Dossier code, or a part of it</translation>
    </message>
    <message>
      <source>Tìm</source>
      <translation>Find</translation>
    </message>
    <message>
      <source>Thư đã gửi</source>
      <translation>Messages sent</translation>
    </message>
    <message>
      <source>Chi tiết</source>
      <translation>Details</translation>
    </message>
    <message>
      <source>Không có thư nào.</source>
      <translation>There are no messages.</translation>
    </message>
    <message>
      <source>Còn thư cũ hơn: hãy tìm theo mã hồ sơ.</source>
      <translation>There are older messages: look for them by the dossier's code.</translation>
    </message>
    <message>
      <source>Đã gửi: {code}</source>
      <translation>Sent: {code}</translation>
    </message>
    <message>
      <source>Hồ sơ</source>
      <translation>Dossier</translation>
    </message>
    <message>
      <source>Gửi gì</source>
      <translation>What</translation>
    </message>
    <message>
      <source>Bản</source>
      <translation>Revision</translation>
    </message>
    <message>
      <source>Trạng thái</source>
      <translation>State</translation>
    </message>
    <message>
      <source>Lúc</source>
      <translation>At</translation>
    </message>
    <message>
      <source>Số lần</source>
      <translation>Tries</translation>
    </message>
    <message>
      <source>HTTP</source>
      <translation>HTTP status</translation>
    </message>
    <message>
      <source>Hồ sơ mới</source>
      <translation>New dossier</translation>
    </message>
    <message>
      <source>Tiến độ</source>
      <translation>Progress</translation>
    </message>
    <message>
      <source>Đang chờ</source>
      <translation>Waiting</translation>
    </message>
    <message>
      <source>Đang gửi</source>
      <translation>Being sent</translation>
    </message>
    <message>
      <source>Chờ biên nhận</source>
      <translation>Awaits receipt</translation>
    </message>
    <message>
      <source>Cổng đã nhận</source>
      <translation>Acknowledged</translation>
    </message>
    <message>
      <source>Cần người xử lý</source>
      <translation>Needs a person</translation>
    </message>
    <message>
      <source>Tách riêng</source>
      <translation>Set apart</translation>
    </message>
    <message>
      <source>Phần</source>
      <translation>Part</translation>
    </message>
    <message>
      <source>Mục</source>
      <translation>Item</translation>
    </message>
    <message>
      <source>Nội dung</source>
      <translation>Content</translation>
    </message>
    <message>
      <source>Cảnh báo</source>
      <translation>Warning</translation>
    </message>
    <message>
      <source>Lần gửi</source>
      <translation>Try</translation>
    </message>
    <message>
      <source>Trạng thái về sau</source>
      <translation>Later state</translation>
    </message>
    <message>
      <source>Đã gửi gì</source>
      <translation>Sent field</translation>
    </message>
    <message>
      <source>Cổng trả lời</source>
      <translation>Portal's answer</translation>
    </message>
  </context>
  <context>
    <name>TechnicianWindow</name>
    <message>
      <source>Máy</source>
      <translation>Station</translation>
    </message>
    <message>
      <source>Lỗi chương trình; có thể chưa làm xong. Hãy xem lại và xem nhật ký.</source>
      <translation>An error of the program; it may not be done. Look again, and see the log.</translation>
    </message>
    <message>
      <source>Dòng này vừa đổi trạng thái; chưa làm gì. Hãy xem lại.</source>
      <translation>This row has just changed its state; nothing was done. Look again.</translation>
    </message>
    <message>
      <source>Một Cửa - kỹ thuật viên</source>
      <translation>Một Cửa - technician</translation>
    </message>
    <message>
      <source>Chờ gửi</source>
      <translation>To be sent</translation>
    </message>
    <message>
      <source>Đã gửi</source>
      <translation>Sent</translation>
    </message>
    <message>
      <source>Thẻ</source>
      <translation>Cards</translation>
    </message>
    <message>
      <source>Đã cho gửi lại; máy gửi trong vòng một phút.</source>
      <translation>It will be sent again within a minute.</translation>
    </message>
    <message>
      <source>Đã giữ lại. Chỉ gửi khi có người cho gửi lại.</source>
      <translation>Held back. It is sent only when a person has it sent again.</translation>
    </message>
    <message numerus="yes">
      <source>Đã xuất %n hồ sơ vào {file}.</source>
      <translation>
        <numerusform>%n dossier was exported to {file}.</numerusform>
        <numerusform>%n dossiers were exported to {file}.</numerusform>
      </translation>
    </message>
    <message>
      <source>Thiếu bản quét: {codes}.</source>
      <translation>Scans are missing: {codes}.</translation>
    </message>
    <message>
      <source>Chưa ghi được vào nhật ký.</source>
      <translation>The journal could not be written.</translation>
    </message>
  </context>
  <context>
    <name>WaitingPage</name>
    <message>
      <source>Chờ gửi</source>
      <translation>Waiting to be sent</translation>
    </message>
    <message>
      <source>Xuất hồ sơ chưa gửi…</source>
      <translation>Export what is unsent…</translation>
    </message>
    <message>
      <source>Thư chờ gửi</source>
      <translation>Messages that wait</translation>
    </message>
    <message>
      <source>Không có gì đang chờ gửi.</source>
      <translation>Nothing waits to be sent.</translation>
    </message>
    <message numerus="yes">
      <source>Còn %n dòng nữa, cũ hơn đứng trước.</source>
      <translation>
        <numerusform>%n more row; the oldest come first.</numerusform>
        <numerusform>%n more rows; the oldest come first.</numerusform>
      </translation>
    </message>
    <message>
      <source>Gửi lại ngay hồ sơ {code}, nguyên như cũ</source>
      <translation>Send dossier {code} again now, unchanged</translation>
    </message>
    <message>
      <source>Gửi lại</source>
      <translation>Send again</translation>
    </message>
    <message>
      <source>Giữ hồ sơ {code}, không gửi cho đến khi có người cho gửi lại</source>
      <translation>Hold dossier {code} until a person has it sent again</translation>
    </message>
    <message>
      <source>Giữ lại</source>
      <translation>Hold</translation>
    </message>
    <message>
      <source>Xuất mọi hồ sơ chưa gửi vào một tệp</source>
      <translation>Export every unsent dossier into one file</translation>
    </message>
    <message>
      <source>Xuất</source>
      <translation>Export</translation>
    </message>
    <message>
      <source>Tệp chứa dữ liệu cá nhân: chỉ cất trên ổ đã mã hóa. Ở đây không đổi gì.</source>
      <translation>The file holds personal data: keep it on an encrypted disk only. Nothing changes here.</translation>
    </message>
    <message>
      <source>Hồ sơ</source>
      <translation>Dossier</translation>
    </message>
    <message>
      <source>Gửi gì</source>
      <translation>What</translation>
    </message>
    <message>
      <source>Trạng thái</source>
      <translation>State</translation>
    </message>
    <message>
      <source>Vì sao</source>
      <translation>Why</translation>
    </message>
    <message>
      <source>Chờ từ</source>
      <translation>Since</translation>
    </message>
    <message>
      <source>Số lần</source>
      <translation>Tries</translation>
    </message>
    <message>
      <source>Thử lại lúc</source>
      <translation>Next try</translation>
    </message>
    <message>
      <source>Hồ sơ mới</source>
      <translation>New dossier</translation>
    </message>
    <message>
      <source>Tiến độ</source>
      <translation>Progress</translation>
    </message>
    <message>
      <source>Đang chờ</source>
      <translation>Waits</translation>
    </message>
    <message>
      <source>Đang giữ</source>
      <translation>Held back</translation>
    </message>
    <message>
      <source>Đang gửi</source>
      <translation>Being sent</translation>
    </message>
    <message>
      <source>Chờ biên nhận</source>
      <translation>Awaits receipt</translation>
    </message>
    <message>
      <source>Đã nhận</source>
      <translation>Received</translation>
    </message>
    <message>
      <source>Cần người xử lý</source>
      <translation>Needs a person</translation>
    </message>
    <message>
      <source>Tách riêng</source>
      <translation>Set apart</translation>
    </message>
    <message>
      <source>sau dòng {row}</source>
      <translation>after row {row}</translation>
    </message>
    <message>
      <source>không tự gửi</source>
      <translation>not by itself</translation>
    </message>
    <message>
      <source>Dòng {row} của cùng hồ sơ phải đến Cổng trước.</source>
      <translation>Row {row} of the same dossier must reach the portal first.</translation>
    </message>
    <message>
      <source>Chưa thử lần nào.</source>
      <translation>Not tried yet.</translation>
    </message>
    <message>
      <source>Liên lạc lần cuối</source>
      <translation>Last contact</translation>
    </message>
    <message>
      <source>Đường tới Cổng</source>
      <translation>Line to the portal</translation>
    </message>
    <message>
      <source>Chưa rõ</source>
      <translation>Not known</translation>
    </message>
    <message>
      <source>Có mạng</source>
      <translation>Online</translation>
    </message>
    <message>
      <source>Mất mạng</source>
      <translation>Offline</translation>
    </message>
    <message>
      <source>Không có chương trình nào đang gửi. Hãy mở màn hình công dân.</source>
      <translation>No program is sending. Open the citizen’s window.</translation>
    </message>
    <message>
      <source>Tạm ngừng gửi đến {time}.</source>
      <translation>Nothing is sent until {time}.</translation>
    </message>
  </context>
  <context>
    <name>StationPage</name>
    <message>
      <source>Đã nhận, chưa vào sổ</source>
      <translation>Received, not entered</translation>
    </message>
    <message>
      <source>Đang kẹt</source>
      <translation>Stuck</translation>
    </message>
    <message>
      <source>Sai giờ</source>
      <translation>Wrong time</translation>
    </message>
    <message>
      <source>{n} tin</source>
      <translation>{n} messages</translation>
    </message>
    <message>
      <source>Máy</source>
      <translation>Station</translation>
    </message>
    <message>
      <source>Tình trạng của máy</source>
      <translation>How the station stands</translation>
    </message>
    <message>
      <source>Mục</source>
      <translation>What</translation>
    </message>
    <message>
      <source>Tình trạng</source>
      <translation>State</translation>
    </message>
    <message>
      <source>Số liệu</source>
      <translation>Figure</translation>
    </message>
    <message>
      <source>Lúc</source>
      <translation>At</translation>
    </message>
    <message>
      <source>{n} MiB</source>
      <translation>{n} MiB</translation>
    </message>
    <message>
      <source>{n} giây</source>
      <translation>{n} s</translation>
    </message>
    <message>
      <source>chậm {n} giây</source>
      <translation>{n} s behind</translation>
    </message>
    <message>
      <source>nhanh {n} giây</source>
      <translation>{n} s ahead</translation>
    </message>
    <message>
      <source>{n} hồ sơ</source>
      <translation>{n} dossiers</translation>
    </message>
    <message>
      <source>Chỗ trống trên đĩa</source>
      <translation>Free room on the disk</translation>
    </message>
    <message>
      <source>Đồng hồ lệch</source>
      <translation>Clock is off by</translation>
    </message>
    <message>
      <source>Bản sao ổ thứ hai</source>
      <translation>Copy on the second disk</translation>
    </message>
    <message>
      <source>Cần người xử lý</source>
      <translation>Needs a person</translation>
    </message>
    <message>
      <source>Lần gửi tiếp theo</source>
      <translation>Tried next</translation>
    </message>
    <message>
      <source>Tốt</source>
      <translation>Good</translation>
    </message>
    <message>
      <source>Cần xem</source>
      <translation>See to it</translation>
    </message>
    <message>
      <source>Hỏng</source>
      <translation>Broken</translation>
    </message>
    <message>
      <source>Chưa rõ</source>
      <translation>Not known</translation>
    </message>
  </context>
</TS>
